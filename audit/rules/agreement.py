"""What the three parties say of the same thing is the same."""

from audit.rules.rule import always, at_rest, rule

AGREEMENT = (
    rule(
        "P4",
        "payment_service and the provider know the same payments and refunds",
        always(
            "a payment that payment_service knows is at the provider",
            among="attempts WHERE provider_id IS NOT NULL",
            otherwise="""
            SELECT 'payment ' || id || ' of order ' || order_id, 'number ' || provider_id, NULL
            FROM attempts WHERE provider_id IS NOT NULL AND provider_id NOT IN (SELECT id FROM money)
            """,
        ),
        always(
            "a refund that payment_service knows is at the provider",
            among="refunds WHERE provider_id IS NOT NULL",
            otherwise="""
            SELECT 'refund ' || id || ' of order ' || order_id, 'number ' || provider_id, NULL
            FROM refunds
            WHERE provider_id IS NOT NULL AND provider_id NOT IN (SELECT id FROM provider_refunds)
            """,
        ),
        at_rest(
            # Others may sell through the same account. An attempt that was not answered yet is P9's, and a
            # second payment for one attempt is P5's.
            "a payment that the provider has for an order is known to payment_service",
            among="resting_money",
            otherwise="""
            SELECT 'number ' || id || coalesce(' of order ' || order_id, ''), 'a payment with it', NULL
            FROM resting_money
            WHERE known_as IS NULL
                AND (attempt_id IS NOT NULL OR reference IN (SELECT id FROM orders))
                AND coalesce(attempt, '') NOT IN (
                    SELECT id FROM attempts WHERE status = 'CREATED' OR provider_id IS NOT NULL
                )
            """,
        ),
        at_rest(
            # Where a refund is under way, this may be it: P9's.
            "a refund that the provider made is known to payment_service",
            among="provider_refunds",
            otherwise="""
            SELECT 'refund number ' || back.id || ' of order ' || order_id, 'a refund with it', NULL
            FROM provider_refunds AS back
            JOIN resting_money ON resting_money.id = provider_payment_id
            LEFT JOIN given_back ON payment_id = known_as
            WHERE known_as IS NOT NULL AND coalesce(open, 0) = 0 AND back.status = 'approved'
                AND back.id NOT IN (SELECT provider_id FROM refunds WHERE provider_id IS NOT NULL)
            """,
        ),
    ),
    rule(
        "P5",
        "One idempotency key was sent with one request, and made one thing",
        always(
            # The emulator keeps the newest requests alone.
            "different requests with this key",
            among="provider_requests",
            otherwise="""
            SELECT 'key ' || key, 1, count(*) FROM (SELECT DISTINCT key, path, body FROM provider_requests)
            WHERE key IS NOT NULL GROUP BY key HAVING count(*) > 1
            """,
        ),
        always(
            "payments that the provider made for this attempt",
            among="money WHERE attempt_id IS NOT NULL",
            otherwise="""
            SELECT 'payment ' || attempt_id || ' of order ' || min(order_id), 1, count(*) FROM money
            WHERE attempt_id IS NOT NULL GROUP BY attempt_id HAVING count(*) > 1
            """,
        ),
        always(
            # The provider keeps its answers for a day.
            "the payment that its key made",
            among="provider_keys",
            otherwise="""
            SELECT 'payment ' || id || ' of order ' || order_id, 'number ' || object_id,
                'number ' || provider_id
            FROM attempts JOIN provider_keys ON key = id
            WHERE provider_id <> object_id
            """,
        ),
    ),
    rule(
        "P6",
        "Orders, payments and the provider agree about amounts, currency, order and store",
        always(
            "what is to be paid",
            among="charges",
            otherwise="""
            SELECT 'charge of order ' || charges.order_id,
                coalesce(
                    reais(orders.total) || ' ' || orders.currency || ' by ' || orders.method
                    || ' in ' || orders.store,
                    'an order'
                ),
                reais(charges.total) || ' ' || charges.currency || ' by ' || charges.method
                || ' in ' || charges.store
            FROM charges LEFT JOIN orders ON orders.id = charges.order_id
            WHERE (charges.total, charges.currency, charges.method, charges.store)
                IS NOT (orders.total, orders.currency, orders.method, orders.store)
            """,
        ),
        always(
            "an attempt to pay it",
            among="attempts",
            otherwise="""
            SELECT 'payment ' || id || ' of order ' || attempts.order_id,
                coalesce(reais(charges.total) || ' in ' || charges.store, 'a charge'),
                reais(amount) || ' in ' || attempts.store
            FROM attempts LEFT JOIN charges USING (order_id)
            WHERE (amount, attempts.store) IS NOT (charges.total, charges.store)
            """,
        ),
        always(
            # What is not what was asked for is returned for just that, and then the books rightly differ.
            "the payment at the provider",
            among="money WHERE known_as IS NOT NULL",
            otherwise="""
            SELECT 'number ' || money.id,
                reais(attempts.amount) || ' in ' || attempts.store || ' of order ' || attempts.order_id
                || ', payment ' || attempts.id,
                reais(money.amount) || ' in ' || coalesce(money.store, 'no store')
                || ' of order ' || coalesce(reference, 'unknown')
                || ', payment ' || coalesce(attempt_id, 'unknown')
            FROM attempts JOIN money ON money.id = attempts.provider_id
            WHERE return_reason IS NOT 'amount_mismatch'
                AND (attempts.amount, attempts.order_id, attempts.id, attempts.store)
                    IS NOT (money.amount, reference, attempt_id, money.store)
            """,
        ),
        always(
            "the payment that a refund is of",
            among="refunds",
            otherwise="""
            SELECT 'refund ' || refunds.id,
                coalesce('order ' || attempts.order_id || ' in ' || attempts.store, 'a payment'),
                'order ' || refunds.order_id || ' in ' || refunds.store
            FROM refunds LEFT JOIN attempts ON attempts.id = payment_id
            WHERE (refunds.order_id, refunds.store) IS NOT (attempts.order_id, attempts.store)
            """,
        ),
        always(
            "the refund at the provider",
            among="refunds WHERE provider_id IS NOT NULL",
            otherwise="""
            SELECT 'refund ' || refunds.id || ' of order ' || refunds.order_id,
                reais(refunds.amount) || ' of number ' || coalesce(attempts.provider_id, 'unknown'),
                reais(back.amount) || ' of number ' || provider_payment_id
            FROM refunds
            JOIN provider_refunds AS back ON back.id = refunds.provider_id
            JOIN attempts ON attempts.id = refunds.payment_id
            WHERE (refunds.amount, attempts.provider_id) IS NOT (back.amount, provider_payment_id)
            """,
        ),
        always(
            "the amount of a payment, as it was told",
            among="said WHERE book = 'payments' AND payment_id IS NOT NULL",
            otherwise="""
            SELECT 'payment ' || attempts.id || ' of order ' || order_id || ', ' || type || ' ' || said.id,
                reais(attempts.amount), reais(CAST(said.amount AS integer))
            FROM said JOIN attempts ON attempts.id = payment_id
            WHERE book = 'payments' AND said.amount <> CAST(attempts.amount AS text)
            """,
        ),
        at_rest(
            "the amount that the order shows, and what went back of it",
            among="shown_payments",
            otherwise="""
            SELECT 'payment ' || shown.id || ' of order ' || shown.order_id,
                coalesce(
                    reais(attempts.amount) || ', ' || reais(coalesce(done, 0)) || ' back', 'a payment'
                ),
                reais(shown.amount) || ', ' || reais(refunded) || ' back'
            FROM shown_payments AS shown
            JOIN resting_orders ON resting_orders.id = shown.order_id
            LEFT JOIN attempts ON attempts.id = shown.id AND attempts.order_id = shown.order_id
            LEFT JOIN given_back ON payment_id = attempts.id
            WHERE (shown.amount, refunded) IS NOT (attempts.amount, coalesce(done, 0))
            """,
        ),
        at_rest(
            "the payment that is kept, as the order shows it",
            among="resting_attempts WHERE kept",
            otherwise="""
            SELECT 'order ' || order_id, 'payment ' || id,
                (
                    SELECT 'payment ' || group_concat(shown.id) FROM shown_payments AS shown
                    WHERE shown.order_id = attempt.order_id AND shown.kept
                )
            FROM resting_attempts AS attempt JOIN charges USING (order_id)
            WHERE attempt.kept AND state = 'SETTLED'
                AND (order_id, id) NOT IN (SELECT order_id, id FROM shown_payments WHERE kept)
            """,
        ),
    ),
)
