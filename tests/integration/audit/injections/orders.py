"""Orders that cost something else, came by other ways, or are forgotten."""

from datetime import timedelta

from tests.integration.audit.injections.injection import Injection, reworded, told

ORDERS = [
    Injection(
        "O1",
        "a line costs one centavo more than was agreed",
        "order {finished}: total: expected R$ 33.91, found R$ 33.90",
        [
            (
                "orders",
                """
                UPDATE order_lines SET unit_price = unit_price + 1
                WHERE order_id = :finished AND position = 0
                """,
            )
        ],
    ),
    Injection(
        "O1",
        "a discount raises the price",
        "order {finished}: money in centavos: expected whole numbers of BRL, something to pay, "
        "no discount below 0, found 3390 BRL, discount -100",
        [
            (
                "orders",
                """
                UPDATE order_lines SET unit_price = unit_price - 100
                WHERE order_id = :finished AND position = 0
                """,
            ),
            ("orders", "UPDATE orders SET discount = -100 WHERE id = :finished"),
        ],
    ),
    Injection(
        "O1",
        "a promotion takes more off a line than off the order",
        "order {finished}: discount of all lines: expected R$ 1.00, found R$ 0.00",
        [
            (
                "orders",
                """
                UPDATE order_lines SET unit_discount = 100, promotion_id = 'x'
                WHERE order_id = :finished AND position = 0
                """,
            )
        ],
    ),
    Injection(
        "O1",
        "something is given away without a promotion",
        "what a promotion takes off a unit: expected R$ 0.00, found R$ 1.00",
        [
            (
                "orders",
                """
                UPDATE order_lines SET unit_discount = 100
                WHERE order_id = :finished AND position = 0
                """,
            )
        ],
    ),
    Injection(
        "O1",
        "a promotion takes off more than there is to pay",
        "what a promotion takes off a unit: expected at most R$ 24.90, found R$ 25.90",
        [
            (
                "orders",
                """
                UPDATE order_lines SET unit_discount = unit_price + 100, promotion_id = 'x'
                WHERE order_id = :finished AND position = 0
                """,
            )
        ],
    ),
    Injection(
        "O1",
        "another total was told than was agreed",
        "total, as it was told: expected R$ 33.90, found R$ 33.91",
        reworded("orders", "finished", "order.placed.v1", "total", 3391),
    ),
    Injection(
        "O2",
        "two steps are the wrong way round",
        "order {finished}, step 2: step: expected CANCELLED or IN_PREPARATION after RECEIVED, found READY",
        [
            (
                "orders",
                """
                UPDATE order_history SET status = CASE position WHEN 2 THEN 'READY' ELSE 'IN_PREPARATION' END
                WHERE order_id = :finished AND position IN (2, 3)
                """,
            )
        ],
    ),
    Injection(
        "O2",
        "a step is missing",
        "order {awaiting}: number of its last step: expected 0, found 1",
        [("orders", "UPDATE order_history SET position = 1 WHERE order_id = :awaiting")],
    ),
    Injection(
        "O2",
        "an order is further than its history",
        "order {preparing}: state is the last step: expected IN_PREPARATION, found READY",
        [("orders", "UPDATE orders SET status = 'READY' WHERE id = :preparing")],
    ),
    Injection(
        "O3",
        "the kitchen is shown an order that was handed over",
        "order {finished}: in the kitchen's queue: expected no, found yes, it is READY",
        [("orders", "UPDATE orders SET status = 'READY' WHERE id = :finished")],
    ),
    Injection(
        "O3",
        "the kitchen is not shown an order that it works on",
        "order {preparing}: in the kitchen's queue: expected yes, found no, it is FINISHED",
        [("orders", "UPDATE orders SET status = 'FINISHED' WHERE id = :preparing")],
    ),
    Injection(
        "O4",
        "an order waits for its payer past its deadline",
        "order {awaiting}: an unpaid order begins to end at its deadline: expected paid or ending since ",
        settle=60,
        later=timedelta(minutes=5),
    ),
    Injection(
        "O4",
        "nobody answers a cancel request, nor gives it up",
        "order {awaiting}: a cancel request is answered, or given up after our patience: expected an end, "
        "found CANCELLING since ",
        [
            (
                "orders",
                """
                UPDATE orders SET status = 'CANCELLING', cancellation_reason = 'customer',
                    cancelling_since = created_at WHERE id = :awaiting
                """,
            ),
            (
                "orders",
                """
                INSERT INTO order_history (order_id, position, store, status, at)
                SELECT id, 1, store, status, created_at FROM orders WHERE id = :awaiting
                """,
            ),
            ("orders", "DELETE FROM order_lines WHERE order_id = :awaiting AND notes IS NOT NULL"),
            ("orders", "UPDATE order_lines SET quantity = 2 WHERE order_id = :awaiting AND unit_price = 450"),
            ("orders", "UPDATE reservations SET state = 'HELD' WHERE order_id = :awaiting"),
            *told("orders", "awaiting", "order.cancel_requested.v1", total=3390, reason="customer"),
            ("orders", "UPDATE orders SET deadline = '2999-01-01' WHERE id = :awaiting"),
        ],
        settle=60,
        later=timedelta(minutes=13),
    ),
]
