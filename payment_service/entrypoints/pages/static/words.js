// What the payer reads: why a card was refused, what is wrong with a field, how the order stands.

// The provider's status_detail of a refused payment.
// https://www.mercadopago.com.br/developers/en/docs/checkout-api/how-tos/reasons-for-rejection
const REASONS = {
  cc_rejected_bad_filled_card_number: "O número do cartão não confere. Revise e tente de novo.",
  cc_rejected_bad_filled_date: "A data de validade não confere. Revise e tente de novo.",
  cc_rejected_bad_filled_other: "Algum dado do cartão não confere. Revise e tente de novo.",
  cc_rejected_bad_filled_security_code: "O código de segurança não confere. Revise e tente de novo.",
  cc_rejected_blacklist: "Não foi possível usar este cartão. Tente com outro.",
  cc_rejected_call_for_authorize: "O banco quer que você autorize esta compra. Fale com ele e tente de novo, ou use outro cartão.",
  cc_rejected_card_disabled: "Este cartão ainda não está ativo. Fale com o banco, ou use outro cartão.",
  cc_rejected_card_error: "Não foi possível usar este cartão. Tente com outro.",
  cc_rejected_card_type_not_allowed: "Este tipo de cartão não é aceito. Tente com outro.",
  cc_rejected_duplicated_payment: "Já houve um pagamento igual a este há pouco. Se ele não é seu, use outro cartão.",
  cc_rejected_high_risk: "O pagamento foi recusado por segurança. Tente com outro cartão.",
  cc_rejected_insufficient_amount: "O cartão não tem limite ou saldo suficiente. Tente com outro.",
  cc_rejected_invalid_installments: "Este cartão não aceita esse número de parcelas. Escolha outro.",
  cc_rejected_max_attempts: "Este cartão foi tentado vezes demais. Use outro.",
  cc_rejected_other_reason: "O banco não autorizou o pagamento. Tente com outro cartão.",
  cc_rejected_time_out: "O banco não respondeu a tempo. Tente de novo.",
};

export function reason(detail) {
  return REASONS[detail] ?? "O pagamento não foi autorizado. Tente com outro cartão.";
}

// The first sentence of it: the rest says what to do next.
export function why(detail) {
  return `${reason(detail).split(". ")[0]}.`;
}

export function left(attempts) {
  return attempts === 1 ? "Você tem mais uma tentativa." : `Você tem mais ${attempts} tentativas.`;
}

// What can be wrong with each field, whoever finds it.
export const MISSING_OR_WRONG = {
  cardNumber: "Digite um número de cartão válido.",
  expirationDate: "Mês e ano, como no cartão.",
  securityCode: "3 números no verso, ou 4 na frente.",
  holder: "Digite o nome como está no cartão.",
  cpf: "Digite um CPF válido.",
};

// How the order stands: the server's word for it, or the slug of a problem; heading, text, look.
export const STANDS = {
  approved: ["Pagamento aprovado", "O restaurante já sabe. Pode guardar o cartão: é só esperar o pedido.", "good"],
  working: ["Confirmando com o banco…", "Isso costuma levar poucos segundos. Não feche esta página.", "working"],
  slow: ["Ainda confirmando…", "Está demorando mais que o normal. Pode fechar esta página: seu pedido segue sozinho, e nada é cobrado duas vezes.", "working"],
  "already-paid": ["Este pedido já está pago", "Não é preciso pagar de novo.", "good"],
  "pix-live": ["Este pedido espera um Pix", "Pague pelo Pix. Se ele não for pago, você poderá tentar com cartão aqui.", "working"],
  "charge-closed": ["Este pedido foi encerrado", "O prazo acabou ou o pedido foi cancelado: nada mais será cobrado. Para comer, faça um novo pedido.", "over"],
  "no-attempts-left": ["Não há mais tentativas", "Este pedido não pode mais ser pago e será cancelado. Nada foi cobrado. Para comer, faça um novo pedido.", "bad"],
  "no-cards": ["Cartões não são aceitos aqui", "Este restaurante ainda não recebe por cartão nesta página. Pague por Pix, ou fale com o atendimento.", "over"],
  "unknown-charge": ["Procurando seu pedido…", "Um pedido que acabou de ser feito aparece em instantes.", "working"],
  missing: ["Não encontramos este pedido", "Confira o endereço, ou volte ao pedido e abra o pagamento de novo.", "over"],
  unreachable: ["Sem resposta", "Não sabemos se o pagamento foi iniciado. Confira a conexão e veja como ele está: nada é cobrado duas vezes.", "over"],
};

export const TROUBLE = {
  fields: "Não foi possível carregar os campos do cartão. Confira a conexão e recarregue a página.",
  token: "O Mercado Pago não respondeu. Nada foi cobrado: confira a conexão e tente de novo.",
  refused: "O pagamento não pôde ser iniciado. Nada foi cobrado: revise os dados e tente de novo.",
  offline: "Sem conexão com o restaurante. Tentando de novo…",
};
