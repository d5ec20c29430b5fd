"""Orders: what they cost, how they came where they are, and that none is forgotten or made up."""

from audit.rules.rule import always, at_rest, rule

ORDERS = (
    rule(
        "O1",
        "An order's total is the sum of its lines less the discount, and stays so",
        always(
            "total",
            among="orders",
            otherwise="""
            SELECT 'order ' || id, coalesce(reais(subtotal - discount), 'lines'), reais(total) FROM orders
            LEFT JOIN (
                SELECT order_id, sum(unit_price * quantity) AS subtotal FROM lines GROUP BY order_id
            ) ON order_id = id
            WHERE total IS NOT subtotal - discount
            """,
        ),
        always(
            "discount of all lines",
            among="orders",
            otherwise="""
            SELECT 'order ' || id, coalesce(reais(taken_off), 'lines'), reais(discount) FROM orders
            LEFT JOIN (
                SELECT order_id, sum(unit_discount * quantity) AS taken_off FROM lines GROUP BY order_id
            ) ON order_id = id
            WHERE discount IS NOT taken_off
            """,
        ),
        always(
            "what a promotion takes off a unit",
            among="lines",
            otherwise="""
            SELECT 'order ' || order_id || ', product ' || product_id,
                CASE WHEN promotion_id IS NULL THEN reais(0) ELSE 'at most ' || reais(unit_price) END,
                reais(unit_discount)
            FROM lines
            WHERE unit_discount NOT BETWEEN 0 AND unit_price
                OR (unit_discount = 0) <> (promotion_id IS NULL)
            """,
        ),
        always(
            "money in centavos",
            among="orders",
            otherwise="""
            SELECT 'order ' || id, 'whole numbers of BRL, something to pay, no discount below 0',
                total || ' ' || currency || ', discount ' || discount
            FROM orders
            WHERE typeof(total) <> 'integer' OR typeof(discount) <> 'integer' OR currency <> 'BRL'
                OR total <= 0 OR discount < 0
            """,
        ),
        always(
            "total, as it was told",
            among="said WHERE book = 'orders' AND total IS NOT NULL",
            otherwise="""
            SELECT 'order ' || orders.id || ', ' || type || ' ' || said.id,
                reais(orders.total), reais(CAST(said.total AS integer))
            FROM said JOIN orders ON orders.id = said.subject
            WHERE book = 'orders' AND said.total <> CAST(orders.total AS text)
            """,
        ),
    ),
    rule(
        "O2",
        "An order came to its state by steps that there are, one after the other",
        always(
            "step",
            among="history",
            otherwise="""
            SELECT 'order ' || order_id || ', step ' || position,
                coalesce(
                    (SELECT group_concat(after, ' or ') FROM steps WHERE steps.before = walk.before),
                    'no step'
                ) || CASE before WHEN '' THEN ' first' ELSE ' after ' || before END,
                status
            FROM (
                SELECT *, lag(status, 1, '') OVER (PARTITION BY order_id ORDER BY position) AS before
                FROM history
            ) AS walk
            WHERE (before, status) NOT IN (SELECT before, after FROM steps)
            """,
        ),
        always(
            "number of its last step",
            among="orders",
            otherwise="""
            SELECT 'order ' || order_id, count(*) - 1, max(position) FROM history
            GROUP BY order_id HAVING max(position) <> count(*) - 1 OR min(position) <> 0
            """,
        ),
        always(
            # Whether it is in the kitchen is O3's to say.
            "state is the last step",
            among="orders",
            otherwise="""
            SELECT 'order ' || id, coalesce(last, 'a history'), status FROM (
                SELECT id, status, (
                    SELECT status FROM history WHERE order_id = id ORDER BY position DESC LIMIT 1
                ) AS last
                FROM orders
            )
            WHERE status IS NOT last AND (status IN kitchen) = coalesce(last IN kitchen, 0)
            """,
        ),
    ),
    rule(
        "O3",
        "The kitchen sees an order exactly while it is paid and neither finished nor cancelled",
        always(
            "in the kitchen's queue",
            among="orders",
            otherwise="""
            SELECT 'order ' || id, CASE due WHEN 1 THEN 'yes' ELSE 'no' END,
                CASE due WHEN 1 THEN 'no, it is ' ELSE 'yes, it is ' END || status
            FROM (
                SELECT id, status, (
                    SELECT count(*) FILTER (WHERE history.status = 'RECEIVED') > 0
                        AND count(*) FILTER (WHERE history.status IN ('FINISHED', 'CANCELLED')) = 0
                    FROM history WHERE order_id = orders.id
                ) AS due
                FROM orders
            )
            WHERE due <> (status IN kitchen)
            """,
        ),
    ),
    rule(
        "O4",
        "No order is forgotten: it has ended, is in the kitchen, or its time is not over",
        at_rest(
            "an unpaid order begins to end at its deadline",
            among="resting_orders WHERE status = 'AWAITING_PAYMENT'",
            otherwise="""
            SELECT 'order ' || id, 'paid or ending since ' || deadline, status FROM resting_orders
            WHERE status = 'AWAITING_PAYMENT' AND deadline <= :orders_rest
            """,
        ),
        at_rest(
            "a cancel request is answered, or given up after our patience",
            among="resting_orders WHERE status = 'CANCELLING'",
            otherwise="""
            SELECT 'order ' || id, 'an end', status || ' since ' || cancelling_since FROM resting_orders
            WHERE status = 'CANCELLING' AND cancelling_since <= :impatient
            """,
        ),
    ),
    rule(
        "O5",
        "Who was told of an order has exactly that one, and what was refused is none",
        at_rest(
            "an order that was answered is there",
            among="asked WHERE status = 201",
            otherwise="""
            SELECT 'key ' || key, 'order ' || coalesce(order_id, 'with an id'), NULL FROM asked
            WHERE status = 201 AND coalesce(order_id, '') NOT IN (SELECT id FROM orders)
            """,
        ),
        at_rest(
            "orders of one key",
            among="asked",
            otherwise="""
            SELECT 'key ' || key, 1, count(DISTINCT order_id) FROM asked
            WHERE status = 201 GROUP BY key HAVING count(DISTINCT order_id) > 1
            """,
        ),
        at_rest(
            "keys that were answered with one order",
            among="asked",
            otherwise="""
            SELECT 'order ' || order_id, 1, count(DISTINCT key) FROM asked
            WHERE status = 201 GROUP BY order_id HAVING count(DISTINCT key) > 1
            """,
        ),
        at_rest(
            # A call without an answer may have made an order; one that was refused each time has not.
            "orders that nobody was told of come from calls without an answer",
            among="resting_orders",
            otherwise="""
            SELECT 'all orders', 'at most ' || unanswered, untold FROM (
                SELECT
                    (
                        SELECT count(*) FROM resting_orders WHERE id NOT IN (
                            SELECT order_id FROM asked WHERE status = 201 AND order_id IS NOT NULL
                        )
                    ) AS untold,
                    (
                        SELECT count(*) FROM (
                            SELECT key FROM asked GROUP BY key
                            HAVING count(*) FILTER (WHERE status = 201) = 0
                                AND count(*) FILTER (WHERE status IS NULL OR status >= 500) > 0
                        )
                    ) AS unanswered
            )
            WHERE untold > unanswered
            """,
        ),
        needs="history",
    ),
)
