"""Units: what is on the shelf, what is promised, and what each order holds. All of it is in one database."""

from audit.rules.rule import always, at_rest, rule

STOCK = (
    rule(
        "S1",
        "What is reserved of a product is what orders hold of it, and is on the shelf",
        always(
            "units reserved are no more than those on hand",
            among="stock",
            otherwise="""
            SELECT 'product ' || product_id, '0 to ' || on_hand, reserved FROM stock
            WHERE reserved NOT BETWEEN 0 AND on_hand
            """,
        ),
        always(
            "units reserved are those that orders hold",
            among="stock",
            otherwise="""
            SELECT 'product ' || product_id, coalesce(held, 0), reserved FROM stock
            LEFT JOIN (
                SELECT product_id, sum(quantity) AS held FROM reservations
                WHERE state IN ('HELD', 'COMMITTED') GROUP BY product_id
            ) USING (product_id)
            WHERE reserved <> coalesce(held, 0)
            """,
        ),
    ),
    rule(
        "S2",
        "What is on hand of a product is the sum of its movements",
        always(
            "units on hand are the sum of the movements",
            among="stock",
            otherwise="""
            SELECT 'product ' || product_id, sum(moved), sum(on_hand) FROM (
                SELECT product_id, on_hand, 0 AS moved FROM stock
                UNION ALL SELECT product_id, 0, delta FROM movements
            )
            GROUP BY product_id HAVING sum(moved) <> sum(on_hand)
            """,
        ),
        always(
            "the reason of a movement",
            among="movements",
            otherwise="""
            SELECT 'product ' || product_id, 'set, batch, adjusted, consumed or wasted', reason FROM movements
            WHERE reason NOT IN ('set', 'batch', 'adjusted', 'consumed', 'wasted')
            """,
        ),
    ),
    rule(
        "S3",
        "An order holds each counted product once, for as much as its lines say, and uses it up once at most",
        always(
            "reservations of one product",
            among="reservations",
            otherwise="""
            SELECT 'order ' || order_id || ', product ' || product_id, 1, count(*) FROM reservations
            GROUP BY order_id, product_id HAVING count(*) > 1
            """,
        ),
        always(
            "units reserved are those of the lines",
            among="reservations",
            otherwise="""
            SELECT 'order ' || held.order_id || ', product ' || held.product_id,
                coalesce(wanted.quantity, 0), held.quantity
            FROM reservations AS held LEFT JOIN wanted USING (order_id, product_id)
            WHERE held.quantity <> coalesce(wanted.quantity, 0)
            """,
        ),
        always(
            "units of a counted product are reserved",
            among="wanted",
            otherwise="""
            SELECT 'order ' || order_id || ', product ' || product_id, quantity, 0
            FROM wanted JOIN products ON products.id = product_id AND counted
            LEFT JOIN orders ON orders.id = order_id
            LEFT JOIN counts_began USING (product_id)
            WHERE (order_id, product_id) NOT IN (SELECT order_id, product_id FROM reservations)
                AND coalesce(orders.created_at > counts_began.at, 1)
            """,
        ),
        always(
            "units taken off the shelf are those CONSUMED, wasted where the order was CANCELLED",
            among="reservations",
            otherwise="""
            SELECT 'order ' || order_id || ', product ' || product_id || ' (' || reason || ')',
                sum(due) || ' at once', sum(quantity) || ' in ' || sum(times + back) || ' movements'
            FROM (
                SELECT held.order_id, product_id, quantity AS due, 0 AS quantity, 0 AS times, 0 AS back,
                    CASE orders.status WHEN 'CANCELLED' THEN 'wasted' ELSE 'consumed' END AS reason
                FROM reservations AS held LEFT JOIN orders ON orders.id = held.order_id
                WHERE state = 'CONSUMED'
                UNION ALL SELECT order_id, product_id, 0, quantity, times, back, reason FROM taken
            )
            GROUP BY order_id, product_id, reason
            HAVING sum(due) <> sum(quantity) OR sum(times) > 1 OR sum(back) > 1
            """,
        ),
    ),
    rule(
        "S4",
        "What an order holds fits its state: nothing once it has ended, and nothing unpaid for too long",
        always(
            "what became of its units",
            among="reservations",
            otherwise="""
            SELECT 'order ' || order_id || ' (' || coalesce(status, 'unknown') || '), product ' || product_id,
                quantity || ' ' || coalesce(fits, 'of an order'), quantity || ' ' || state
            FROM (
                SELECT held.*, orders.status, CASE
                    WHEN orders.status IN ('AWAITING_PAYMENT', 'CANCELLING') THEN 'HELD'
                    WHEN orders.status = 'RECEIVED' THEN 'COMMITTED'
                    WHEN orders.status IN ('IN_PREPARATION', 'READY', 'FINISHED') THEN 'CONSUMED'
                    WHEN EXISTS (
                        SELECT 1 FROM history WHERE order_id = orders.id AND status = 'IN_PREPARATION'
                    ) THEN 'CONSUMED'
                    WHEN orders.status = 'CANCELLED' THEN 'RELEASED'
                END AS fits
                FROM reservations AS held LEFT JOIN orders ON orders.id = held.order_id
            )
            WHERE state IS NOT fits
            """,
        ),
        at_rest(
            "units held for an unpaid order after its deadline and our patience",
            among="reservations WHERE state = 'HELD'",
            otherwise="""
            SELECT 'order ' || id || ', product ' || product_id, 0, quantity || ' since ' || since
            FROM (
                SELECT id, max(deadline, coalesce(cancelling_since, deadline)) AS since FROM resting_orders
                WHERE status IN ('AWAITING_PAYMENT', 'CANCELLING')
            ) JOIN reservations ON order_id = id
            WHERE state = 'HELD' AND since <= :impatient
            """,
        ),
    ),
)
