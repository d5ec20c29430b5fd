"""Money that is not where it should be, or went back otherwise."""

from tests.integration.audit.injections.injection import Injection, another_attempt, another_refund, told

TOO_MUCH_WENT_BACK = [
    ("payments", "UPDATE refunds SET amount = 3391 WHERE order_id = :partly_returned"),
    (
        "provider",
        """
        UPDATE refunds SET amount = 3391 WHERE payment_id IN (
            SELECT id FROM payments WHERE external_reference = :partly_returned
        )
        """,
    ),
    ("orders", "UPDATE order_payments SET refunded = 3391 WHERE order_id = :partly_returned"),
]

MONEY = [
    Injection(
        "P1",
        "the system gave back some of a payment that it keeps",
        "order {partly_returned} (IN_PREPARATION): money at the provider: expected R$ 33.90, found R$ 32.90",
        [
            (
                "payments",
                """
                UPDATE refunds SET by_staff = 0, reason = 'duplicate_payment'
                WHERE order_id = :partly_returned
                """,
            )
        ],
    ),
    Injection(
        # What is left of it there is also what P8 misses.
        "P1 P8",
        "a centavo of a cancelled order stays behind",
        "order {cancelled_paid} (CANCELLED): money at the provider: expected R$ 0.00, found R$ 0.01",
        [
            ("payments", "UPDATE refunds SET amount = 3389 WHERE order_id = :cancelled_paid"),
            (
                "provider",
                """
                UPDATE refunds SET amount = 3389 WHERE payment_id IN (
                    SELECT id FROM payments WHERE external_reference = :cancelled_paid
                )
                """,
            ),
            ("orders", "UPDATE order_payments SET refunded = 3389 WHERE order_id = :cancelled_paid"),
        ],
    ),
    Injection(
        "P2",
        "two payments of an order are kept",
        "order {paid_twice}: kept payments: expected at most 1, found 2",
        [
            ("payments", "DROP INDEX ux_payments_kept"),
            ("payments", "UPDATE payments SET kept = 1 WHERE order_id = :paid_twice"),
            ("orders", "UPDATE order_payments SET kept = 1 WHERE order_id = :paid_twice"),
            *told("payments", "paid_twice", "payment.approved.v1"),
            (
                "payments",
                """
                UPDATE outbox SET data = json_object('payment_id', (
                    SELECT id FROM payments WHERE order_id = :paid_twice AND number = 1
                )) WHERE id = 'made-up'
                """,
            ),
            (
                "orders",
                """
                UPDATE inbox SET data = json_object('payment_id', (
                    SELECT id FROM order_payments WHERE order_id = :paid_twice AND attempt = 1
                )) WHERE id = 'made-up'
                """,
            ),
        ],
    ),
    Injection(
        "P2",
        "two payments of an order can be paid",
        "order {awaiting}: payments that can still be paid: expected at most 1, found 2",
        [("payments", "DROP INDEX ux_payments_live"), another_attempt("awaiting", 3, "PENDING")],
    ),
    Injection(
        "P2",
        "payment_service still waits for the money of an order that the kitchen has",
        "order {received} (RECEIVED): its charge: expected SETTLED, one kept, found OPEN, one kept",
        [("payments", "UPDATE charges SET state = 'OPEN' WHERE order_id = :received")],
    ),
    Injection(
        "P3",
        "more went back than came",
        "payment {partly_returned.payment} of order {partly_returned}: refunds in payment_service's book: "
        "expected at most R$ 33.90, found R$ 33.91",
        TOO_MUCH_WENT_BACK,
    ),
    Injection(
        "P3",
        "more went back than came, by the provider's own book",
        "number {partly_returned.number} of order {partly_returned}: refunds in the provider's book: "
        "expected at most R$ 33.90, found R$ 33.91",
        TOO_MUCH_WENT_BACK,
    ),
    Injection(
        "P3",
        "a refund is of nothing",
        "refund another of order {received}: a refund is of something: expected above R$ 0.00, found R$ 0.00",
        [another_refund("received", "VOID", 0)],
    ),
    Injection(
        "P8",
        "late money went back in two pieces",
        "payment {paid_after_cancel.payment} of order {paid_after_cancel} (paid_after_close): "
        "refunds that are done: expected R$ 33.90 in 1, found R$ 33.90 in 2",
        [
            ("payments", "UPDATE refunds SET amount = 3389 WHERE order_id = :paid_after_cancel"),
            another_refund("paid_after_cancel", "DONE", 1, "'7'"),
            (
                "provider",
                """
                UPDATE refunds SET amount = 3389 WHERE payment_id IN (
                    SELECT id FROM payments WHERE external_reference = :paid_after_cancel
                )
                """,
            ),
            (
                "provider",
                """
                INSERT INTO refunds (id, payment_id, amount, created_at, status)
                SELECT 7, id, 1, created_at, 'approved' FROM payments
                WHERE external_reference = :paid_after_cancel
                """,
            ),
            *told("payments", "paid_after_cancel", "payment.refunded.v1", refund_id="another"),
        ],
    ),
]
