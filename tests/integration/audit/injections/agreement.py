"""Things of which the books say different things."""

from tests.integration.audit.injections.injection import Injection, reworded

AGREEMENT = [
    Injection(
        "P4",
        "the provider has lost a payment",
        "payment {expired.payment} of order {expired}: a payment that payment_service knows is at "
        "the provider: "
        "expected number {expired.number}, found nothing",
        [("provider", "DELETE FROM payments WHERE external_reference = :expired")],
    ),
    Injection(
        "P4",
        "payment_service took another refund for its own",
        "refund {partly_returned.refund} of order {partly_returned}: a refund that payment_service "
        "knows is at the "
        "provider: expected number 7, found nothing",
        [("payments", "UPDATE refunds SET provider_id = '7' WHERE order_id = :partly_returned")],
    ),
    Injection(
        "P4",
        "the provider has a payment for an order that payment_service does not know",
        "number 7 of order {received}: a payment that the provider has for an order is known to "
        "payment_service: "
        "expected a payment with it, found nothing",
        [
            (
                "provider",
                """
                INSERT INTO payments (
                    id, collector_id, amount, external_reference, payer, payer_id, metadata, particulars,
                    created_at, expires_at, status, status_detail, updated_at, version
                )
                SELECT 7, collector_id, amount, external_reference, payer, payer_id, '{}', particulars,
                    created_at, expires_at, 'pending', 'pending_waiting_transfer', updated_at, 1
                FROM payments WHERE external_reference = :received
                """,
            )
        ],
    ),
    Injection(
        # The money has left, too.
        "P1 P4",
        "the provider gave money back that payment_service does not know of",
        "refund number 7 of order {finished}: a refund that the provider made is known to payment_service: "
        "expected a refund with it, found nothing",
        [
            (
                "provider",
                """
                INSERT INTO refunds (id, payment_id, amount, created_at, status)
                SELECT 7, id, 1, created_at, 'approved' FROM payments WHERE external_reference = :finished
                """,
            )
        ],
    ),
    Injection(
        "P5",
        "a key was sent with two requests",
        "key {finished.payment}: different requests with this key: expected 1, found 2",
        [
            (
                "provider",
                """
                INSERT INTO requests (at, method, path, headers, body, status)
                SELECT at, method, path, headers, '{"transaction_amount": 1}', status FROM requests
                WHERE method = 'POST' AND headers LIKE '%' || (
                    SELECT json_extract(metadata, '$.payment_id') FROM payments
                    WHERE external_reference = :finished
                ) || '%'
                """,
            )
        ],
    ),
    Injection(
        "P5",
        "the provider made two payments for one attempt",
        "payment {expired.payment} of order {expired}: payments that the provider made for this attempt: "
        "expected 1, found 2",
        [
            (
                "provider",
                """
                INSERT INTO payments (
                    id, collector_id, amount, external_reference, payer, payer_id, metadata, particulars,
                    created_at, expires_at, status, status_detail, updated_at, version
                )
                SELECT 7, collector_id, amount, external_reference, payer, payer_id, metadata, particulars,
                    created_at, expires_at, status, status_detail, updated_at, 1
                FROM payments WHERE external_reference = :expired
                """,
            )
        ],
    ),
    Injection(
        "P5",
        "a key made another payment than payment_service has",
        "payment {finished.payment} of order {finished}: the payment that its key made: "
        "expected number 7, found number {finished.number}",
        [
            (
                "provider",
                """
                UPDATE answers SET body = json_set(body, '$.id', 7) WHERE key IN (
                    SELECT json_extract(metadata, '$.payment_id') FROM payments
                    WHERE external_reference = :finished
                )
                """,
            )
        ],
    ),
    Injection(
        "P6",
        "a charge is one centavo more than its order",
        "charge of order {expired}: what is to be paid: expected R$ 33.90 BRL by pix in default, "
        "found R$ 33.91 BRL by pix in default",
        [("payments", "UPDATE charges SET total = 3391 WHERE order_id = :expired")],
    ),
    Injection(
        "P6",
        "a charge is for an order that is gone",
        "charge of order gone: what is to be paid: expected an order, found R$ 33.90 BRL by pix in default",
        [
            (
                "payments",
                """
                INSERT INTO charges (
                    order_id, store, state, total, currency, method, deadline, attempts_allowed, finished,
                    reminders, created_at, version
                )
                SELECT 'gone', store, 'OPEN', total, currency, method, deadline, 2, 0, 0, created_at, 1
                FROM charges WHERE order_id = :expired
                """,
            )
        ],
    ),
    Injection(
        "P6",
        "an attempt belongs to another store",
        "payment {expired.payment} of order {expired}: an attempt to pay it: expected R$ 33.90 in default, "
        "found R$ 33.90 in elsewhere",
        [("payments", "UPDATE payments SET store = 'elsewhere' WHERE order_id = :expired")],
    ),
    Injection(
        "P6",
        "the provider asks for one centavo less",
        "number {expired.number}: the payment at the provider: "
        "expected R$ 33.90 in default of order {expired}, "
        "payment {expired.payment}, found R$ 33.89 in default of order {expired}, payment {expired.payment}",
        [("provider", "UPDATE payments SET amount = 3389 WHERE external_reference = :expired")],
    ),
    Injection(
        "P6",
        "a refund belongs to another order",
        "refund {partly_returned.refund}: the payment that a refund is of: "
        "expected order {partly_returned} in "
        "default, found order {partly_returned} in elsewhere",
        [("payments", "UPDATE refunds SET store = 'elsewhere' WHERE order_id = :partly_returned")],
    ),
    Injection(
        # One centavo that only payment_service believes to have gone back.
        "P1 P6",
        "a refund is one centavo more than the provider's",
        "refund {partly_returned.refund} of order {partly_returned}: the refund at the provider: "
        "expected R$ 1.01 of number {partly_returned.number}, found R$ 1.00 of number "
        "{partly_returned.number}",
        [
            ("payments", "UPDATE refunds SET amount = 101 WHERE order_id = :partly_returned"),
            ("orders", "UPDATE order_payments SET refunded = 101 WHERE order_id = :partly_returned"),
        ],
    ),
    Injection(
        "P6",
        "another amount was told than the payment's",
        "the amount of a payment, as it was told: expected R$ 33.90, found R$ 33.91",
        reworded("payments", "received", "payment.approved.v1", "amount", 3391),
    ),
    Injection(
        "P6",
        "an order does not show what went back",
        "payment {partly_returned.payment} of order {partly_returned}: the amount that the order "
        "shows, and what "
        "went back of it: expected R$ 33.90, R$ 1.00 back, found R$ 33.90, R$ 0.00 back",
        [("orders", "UPDATE order_payments SET refunded = 0 WHERE order_id = :partly_returned")],
    ),
    Injection(
        "P6",
        "an order does not know which payment is kept",
        "order {received}: the payment that is kept, as the order shows it: "
        "expected payment {received.payment}, found nothing",
        [("orders", "UPDATE order_payments SET kept = 0 WHERE order_id = :received")],
    ),
]
