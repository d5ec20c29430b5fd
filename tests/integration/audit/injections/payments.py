"""Payments that are approved, fallen back or left undone without a reason."""

from tests.integration.audit.injections.injection import Injection, another_attempt, another_refund

PAYMENTS = [
    Injection(
        "P7",
        "a payment was approved without an answer of the provider",
        "payment {received.payment} of order {received}: an answer that it was paid, by then: "
        "expected R$ 33.90 by ",
        [("payments", "DELETE FROM provider_answers WHERE order_id = :received AND status = 'APPROVED'")],
    ),
    Injection(
        "P7",
        "a payment was approved before the provider said so",
        "found R$ 33.90 at 2999-01-01",
        [
            (
                "payments",
                """
                UPDATE provider_answers SET heard_at = '2999-01-01'
                WHERE order_id = :received AND status = 'APPROVED'
                """,
            )
        ],
    ),
    Injection(
        "P7",
        "a payment was approved by an answer of another amount",
        "found R$ 33.89 at ",
        [
            (
                "payments",
                """
                UPDATE provider_answers SET amount = 3389
                WHERE order_id = :received AND status = 'APPROVED'
                """,
            )
        ],
    ),
    Injection(
        "P7",
        "nobody knows since when a payment is approved",
        "of order {paid_twice} (APPROVED): a time when it was paid: expected a time, found nothing",
        [("payments", "UPDATE payments SET approved_at = NULL WHERE order_id = :paid_twice AND NOT kept")],
    ),
    Injection(
        "P9",
        "a payment falls back",
        "payment {received.payment} of order {received}: a state no lower than what the provider said once: "
        "expected APPROVED, found CANCELLED",
        [("payments", "UPDATE payments SET status = 'CANCELLED' WHERE order_id = :received")],
    ),
    Injection(
        "P9",
        "an attempt is never said to the provider",
        "payment another of order {received}: the provider answered whether it made it: expected an answer, "
        "found none, never sent",
        [another_attempt("received", 9, "CREATED")],
    ),
    Injection(
        "P9",
        "a settled order can still be paid",
        "payment another of order {received} (PENDING): it can be paid only while its charge is open: "
        "expected OPEN, found SETTLED",
        [another_attempt("received", 9, "PENDING")],
    ),
    Injection(
        "P9",
        "a charge does not close",
        "charge of order {received}: a charge that is to close does close: expected CLOSED or SETTLED, "
        "found CLOSING (store)",
        [("payments", "UPDATE charges SET state = 'CLOSING', reason = 'store' WHERE order_id = :received")],
    ),
    Injection(
        "P9",
        "a refund does not come to an end",
        "refund another of order {partly_returned}: a refund comes to an end: expected DONE, FAILED or VOID, "
        "found IN_PROCESS, R$ 5.00 since ",
        [another_refund("partly_returned", "IN_PROCESS", 500)],
    ),
    Injection(
        "P9",
        "payment_service missed that the bank refused",
        "payment {awaiting.payment} of order {awaiting}: payment_service knows how it stands at the "
        "provider: "
        "expected REJECTED, found PENDING",
        [
            (
                "provider",
                """
                UPDATE payments SET status = 'rejected', status_detail = 'rejected_by_bank'
                WHERE external_reference = :awaiting
                """,
            )
        ],
    ),
    Injection(
        "P9",
        "nobody looks into a notice",
        "a notice of the provider is looked into: expected read, found WAITING since ",
        [
            (
                "payments",
                """
                UPDATE notifications SET state = 'WAITING'
                WHERE id IN (SELECT id FROM notifications LIMIT 1)
                """,
            )
        ],
    ),
]
