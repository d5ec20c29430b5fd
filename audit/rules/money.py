"""Money: how much came, how much went back, and which payment is kept."""

from audit.rules.rule import always, at_rest, rule

MONEY = (
    rule(
        "P1",
        "The provider holds an order's total while it is paid for, less what was given back; else nothing",
        at_rest(
            # What people gave back of a kept payment stays away. What is still being given back may have
            # arrived or not: it is P9's.
            "money at the provider",
            among="resting_orders WHERE status <> 'CANCELLING'",
            otherwise="""
            SELECT 'order ' || id || ' (' || status || ')', reais(due), reais(here) FROM (
                SELECT id, status, coalesce(here, 0) AS here, coalesce(open, 0) AS open,
                    CASE
                        WHEN status IN kitchen OR status = 'FINISHED'
                            THEN total - coalesce(by_people, 0) - coalesce(lost, 0)
                        ELSE 0
                    END AS due
                FROM resting_orders
                LEFT JOIN (
                    SELECT money.order_id,
                        sum(money.amount - returned - lost)
                            FILTER (WHERE money.approved_at IS NOT NULL) AS here,
                        sum(lost) FILTER (WHERE kept) AS lost
                    FROM money LEFT JOIN attempts ON attempts.id = money.attempt
                    GROUP BY money.order_id
                ) AS holds ON holds.order_id = id
                LEFT JOIN (
                    SELECT order_id, sum(open) AS open, sum(by_people) FILTER (WHERE kept) AS by_people
                    FROM attempts JOIN given_back ON payment_id = id GROUP BY order_id
                ) AS gives ON gives.order_id = id
                WHERE status <> 'CANCELLING'
            )
            WHERE abs(here - due) > open
            """,
        ),
    ),
    rule(
        "P2",
        "One payment of an order is kept at most, one can be paid at most, and both services agree",
        always(
            "kept payments",
            among="charges",
            otherwise="""
            SELECT 'order ' || order_id, 'at most 1', count(*) FROM attempts
            WHERE kept GROUP BY order_id HAVING count(*) > 1
            """,
        ),
        always(
            "payments that can still be paid",
            among="charges",
            otherwise="""
            SELECT 'order ' || order_id, 'at most 1', count(*) FROM attempts
            WHERE status IN ('CREATED', 'PENDING') GROUP BY order_id HAVING count(*) > 1
            """,
        ),
        at_rest(
            # A charge that is CLOSING is P9's.
            "its charge",
            among="resting_orders WHERE status <> 'CANCELLING'",
            otherwise="""
            SELECT 'order ' || id || ' (' || status || ')', due, has FROM (
                SELECT id, status,
                    CASE
                        WHEN status = 'CANCELLED' THEN 'CLOSED, none kept'
                        WHEN status = 'AWAITING_PAYMENT' THEN 'OPEN, none kept'
                        ELSE 'SETTLED, one kept'
                    END AS due,
                    (
                        SELECT state || CASE
                            WHEN order_id IN (SELECT order_id FROM attempts WHERE kept) THEN ', one kept'
                            ELSE ', none kept'
                        END
                        FROM charges WHERE order_id = resting_orders.id
                    ) AS has
                FROM resting_orders WHERE status <> 'CANCELLING'
            )
            WHERE has IS NOT due AND coalesce(has, '') NOT LIKE 'CLOSING%'
            """,
        ),
    ),
    rule(
        "P3",
        "No payment gives back more than came",
        always(
            "refunds in payment_service's book",
            among="given_back",
            otherwise="""
            SELECT 'payment ' || id || ' of order ' || order_id,
                'at most ' || reais(max(amount, coalesce(held, 0))), reais(done)
            FROM attempts JOIN given_back ON payment_id = id
            WHERE done > max(amount, coalesce(held, 0))
            """,
        ),
        always(
            "refunds in the provider's book",
            among="money",
            otherwise="""
            SELECT 'number ' || id || coalesce(' of order ' || order_id, ''), 'at most ' || reais(came),
                reais(returned)
            FROM (SELECT *, CASE WHEN approved_at IS NULL THEN 0 ELSE amount END AS came FROM money)
            WHERE returned > came
            """,
        ),
        always(
            "a refund is of something",
            among="refunds",
            otherwise="""
            SELECT 'refund ' || id || ' of order ' || order_id, 'above ' || reais(0), reais(amount)
            FROM refunds WHERE amount <= 0
            UNION ALL
            SELECT 'refund number ' || id, 'above ' || reais(0), reais(amount)
            FROM provider_refunds WHERE amount <= 0
            """,
        ),
    ),
    rule(
        "P8",
        "What was paid and is not kept went back, all of it and at once",
        at_rest(
            # What a chargeback took is not ours to return. What is being given back, or decided, is P9's.
            # Where people gave some of it back, the system returned the rest.
            "refunds that are done",
            among="resting_attempts WHERE approved_at IS NOT NULL AND NOT kept",
            otherwise="""
            SELECT 'payment ' || id || ' of order ' || order_id
                || ' (' || coalesce(return_reason, 'no reason to return it') || ')',
                reais(amount) || ' in 1', reais(coalesce(done, 0)) || ' in ' || coalesce(times, 0)
            FROM resting_attempts JOIN charges USING (order_id) LEFT JOIN given_back ON payment_id = id
            WHERE approved_at IS NOT NULL AND NOT kept AND status <> 'CHARGED_BACK'
                AND state <> 'CLOSING' AND coalesce(open, 0) = 0
                AND (coalesce(done, 0) <> amount OR (times <> 1 AND by_people = 0))
            """,
        ),
    ),
)
