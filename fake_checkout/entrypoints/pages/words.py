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


def reais(centavos: int) -> str:
    """5990 is "R$ 59,90"."""
    whole = f"{centavos // 100:,}".replace(",", ".")
    return f"R$\N{NO-BREAK SPACE}{whole},{centavos % 100:02d}"


def moment(instant: datetime) -> str:
    """Day and time in Brasília."""
    return instant.astimezone(_BRASILIA).strftime("%d/%m %H:%M:%S")


def status_words(payment: Payment) -> tuple[str, str]:
    """What the state is called, and how it looks."""
    detail = payment.standing.status_detail
    return DETAILS.get(detail) or STATUSES[payment.status.value]


def outcome_words(payment: Payment) -> tuple[str, str]:
    """A heading and a sentence for a payment that can no longer be paid."""
    if payment.is_payable or payment.standing.status_detail == "expired":
        return EXPIRED
    return OUTCOMES[payment.status.value]
