"""Amounts, times and states as people read them, in Brazilian Portuguese."""

from datetime import datetime, timedelta, timezone

from fake_checkout.domain.payment import Payment

_BRASILIA = timezone(timedelta(hours=-3))

STATUSES = {
    "pending": ("Aguardando pagamento", "waiting"),
    "in_process": ("Em análise", "waiting"),
    "authorized": ("Autorizado", "waiting"),
    "approved": ("Aprovado", "good"),
    "rejected": ("Recusado", "bad"),
    "cancelled": ("Cancelado", "over"),
    "refunded": ("Devolvido", "over"),
    "charged_back": ("Contestado", "bad"),
    "in_mediation": ("Em mediação", "bad"),
}
DETAILS = {
    "expired": ("Expirado", "over"),
    "partially_refunded": ("Devolvido em parte", "good"),
    "reimbursed": ("Contestação desfeita", "good"),
}
OUTCOMES = {
    "in_process": ("Pagamento em análise", "Estamos verificando o pagamento. Isso pode levar até dois dias."),
    "authorized": ("Pagamento autorizado", "O valor está reservado no seu cartão."),
    "approved": ("Pagamento aprovado", "O valor já está com a loja. Você pode fechar esta página."),
    "rejected": ("Pagamento recusado", "O banco não autorizou. Volte ao pedido para tentar de novo."),
    "cancelled": ("Cobrança cancelada", "A loja cancelou esta cobrança. Nada foi cobrado."),
    "refunded": ("Pagamento devolvido", "O valor voltou para a sua conta."),
    "in_mediation": ("Pagamento em mediação", "A reclamação sobre este pagamento está sendo analisada."),
    "charged_back": ("Pagamento contestado", "O banco está analisando a contestação deste pagamento."),
}
EXPIRED = ("Código expirado", "O tempo para pagar acabou. Nada foi cobrado.")

REFUNDS = {
    "approved": ("Devolvida", "good"),
    "in_process": ("Em andamento", "waiting"),
    "rejected": ("Recusada", "bad"),
    "cancelled": ("Cancelada", "over"),
}
REJECTIONS = {
    "rejected_by_bank": "Recusado pelo banco",
    "insufficient_amount": "Saldo insuficiente",
    "rejected_insufficient_data": "Dados insuficientes",
    "rejected_high_risk": "Risco alto",
    "rejected_by_regulations": "Vedado por norma",
    "rejected_other_reason": "Outro motivo",
    "bank_error": "Erro no banco",
    "bank_rejected": "Não aceito pelo banco",
    "cc_amount_rate_limit_exceeded": "Limite por valor excedido",
    "cc_rejected_3ds_challenge": "Desafio 3DS não cumprido",
    "cc_rejected_3ds_mandatory": "3DS obrigatório",
    "cc_rejected_bad_filled_card_number": "Número do cartão incorreto",
    "cc_rejected_bad_filled_date": "Validade incorreta",
    "cc_rejected_bad_filled_other": "Dados incorretos",
    "cc_rejected_bad_filled_security_code": "Código de segurança incorreto",
    "cc_rejected_blacklist": "Cartão bloqueado na lista",
    "cc_rejected_call_for_authorize": "Autorizar com o banco",
    "cc_rejected_card_disabled": "Cartão inativo",
    "cc_rejected_card_error": "Erro no cartão",
    "cc_rejected_card_type_not_allowed": "Tipo de cartão não aceito",
    "cc_rejected_duplicated_payment": "Pagamento repetido",
    "cc_rejected_high_risk": "Risco alto",
    "cc_rejected_insufficient_amount": "Limite insuficiente",
    "cc_rejected_invalid_installments": "Parcelas não aceitas",
    "cc_rejected_max_attempts": "Tentativas demais",
    "cc_rejected_other_reason": "Recusado pelo banco",
    "cc_rejected_time_out": "O banco não respondeu",
}
FAULTS = {
    "status": "Erro HTTP, sem efeito",
    "rate_limit": "Chamadas demais (429)",
    "html": "Página de erro em HTML",
    "reset": "Conexão cai antes do efeito",
    "delay": "Efeito e resposta atrasados",
    "answer_late": "Efeito na hora, resposta atrasada",
    "answer_lost": "Efeito na hora, resposta perdida",
    "status_after": "Efeito na hora, resposta de erro",
    "cut_json": "JSON pela metade",
    "altered": "Resposta com outros valores",
    "drip": "Resposta em gotas",
    "huge": "Resposta enorme",
    "webhook_first": "Webhook antes da resposta",
    "webhook_delay": "Webhook atrasado",
    "webhook_double": "Webhook em dobro",
    "webhook_repeat": "Webhook de novo, mais tarde",
    "webhook_reorder": "Webhook fora de ordem",
    "webhook_drop": "Webhook que não chega",
    "webhook_answer_lost": "Webhook cuja resposta se perde",
    "webhook_unsigned": "Webhook sem assinatura",
    "webhook_bad_signature": "Webhook com assinatura errada",
    "webhook_no_request_id": "Webhook sem X-Request-Id",
    "webhook_stale": "Webhook assinado há muito tempo",
    "webhook_other_payment": "Webhook sobre outro pagamento",
}
SWITCHES = {
    "webhook_ts": "Unidade do ts na assinatura",
    "webhook_id": "Como o id entra na assinatura",
    "webhook_ipn": "Aviso IPN ao lado de cada webhook",
    "webhook_first": "Webhook antes da resposta da API",
    "replay": "Status da resposta repetida",
    "key_reused": "Chave repetida com outro corpo",
    "key_hours": "Horas que uma chave vale",
    "calls_a_minute": "Chamadas por minuto",
    "anonymize_payer": "Dados do pagador ocultos",
    "metadata_keys": "Nomes em metadata",
    "refunds": "O que acontece com devoluções",
    "partial_refunds": "Devolução de uma parte",
    "reimbursed": "Status de uma disputa ganha",
}
STEPS = (
    (60, "+1 min"),
    (15 * 60, "+15 min"),
    (30 * 60, "+30 min"),
    (3600, "+1 h"),
    (6 * 3600, "+6 h"),
    (24 * 3600, "+1 dia"),
    (4 * 24 * 3600, "+4 dias"),
    (-3600, "-1 h"),
)


def moment(instant: datetime) -> str:
    """Day and time in Brasília."""
    return instant.astimezone(_BRASILIA).strftime("%d/%m %H:%M:%S")


def span(seconds: int) -> str:
    """3661 is "1 h 1 min 1 s"; what is before is below zero."""
    left, parts = abs(seconds), []
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        if left >= size:
            parts.append(f"{left // size} {unit}")
            left %= size
    return ("-" if seconds < 0 else "") + (" ".join(parts) or "0 s")


def status_words(payment: Payment) -> tuple[str, str]:
    """What the state is called, and how it looks."""
    detail = payment.standing.status_detail
    return DETAILS.get(detail) or STATUSES[payment.status.value]


def outcome_words(payment: Payment) -> tuple[str, str]:
    """A heading and a sentence for a payment that can no longer be paid."""
    if payment.is_payable or payment.standing.status_detail == "expired":
        return EXPIRED
    return OUTCOMES[payment.status.value]
