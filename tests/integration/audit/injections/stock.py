"""Stock that does not add up, or is held by whom it should not."""

from datetime import timedelta

from tests.integration.audit.injections.injection import WATER, Injection, bare

STOCK = [
    Injection(
        "S1",
        "fewer bottles are on the shelf than are reserved",
        "product {water}: units reserved are no more than those on hand: expected 0 to {reserved_less_one}, ",
        [
            (
                "orders",
                f"""
                INSERT INTO stock_movements (id, store, product_id, reason, delta, at)
                SELECT 'made-up', store, product_id, 'adjusted', reserved - 1 - on_hand, '2026-01-01'
                FROM stock WHERE product_id = {WATER}
                """,
            ),
            ("orders", f"UPDATE stock SET on_hand = reserved - 1 WHERE product_id = {WATER}"),
        ],
    ),
    Injection(
        "S1",
        "one bottle more is reserved than orders hold",
        "product {water}: units reserved are those that orders hold: "
        "expected {reserved_less_one}, found {reserved}",
        [("orders", f"UPDATE stock SET reserved = reserved + 1 WHERE product_id = {WATER}")],
    ),
    Injection(
        "S2",
        "one bottle appears on the shelf",
        "product {water}: units on hand are the sum of the movements: "
        "expected {on_hand_less_one}, found {on_hand}",
        [("orders", f"UPDATE stock SET on_hand = on_hand + 1 WHERE product_id = {WATER}")],
    ),
    Injection(
        "S2",
        "bottles move for no reason that there is",
        "product {water}: the reason of a movement: "
        "expected set, batch, adjusted, consumed or wasted, found lost",
        [
            (
                "orders",
                f"UPDATE stock_movements SET reason = 'lost' WHERE product_id = {WATER} AND order_id IS NULL",
            )
        ],
    ),
    Injection(
        "S3",
        "an order has reserved the same bottles twice",
        "order {cancelled_unpaid}, product {water}: reservations of one product: expected 1, found 2",
        [
            *bare("orders", "reservations"),
            (
                "orders",
                "INSERT INTO reservations SELECT * FROM reservations WHERE order_id = :cancelled_unpaid",
            ),
        ],
    ),
    Injection(
        "S3",
        "an order has reserved more bottles than it has lines for",
        "order {cancelled_unpaid}, product {water}: units reserved are those of the lines: "
        "expected 2, found 3",
        [("orders", "UPDATE reservations SET quantity = 3 WHERE order_id = :cancelled_unpaid")],
    ),
    Injection(
        "S3",
        "an order was taken without its bottles being reserved",
        "order {cancelled_unpaid}, product {water}: units of a counted product are reserved: "
        "expected 2, found 0",
        [("orders", "DELETE FROM reservations WHERE order_id = :cancelled_unpaid")],
    ),
    Injection(
        "S3",
        "bottles left the shelf twice for one order",
        "product {water} (consumed): units taken off the shelf are those CONSUMED, "
        "wasted where the order was CANCELLED: expected 2 at once, found 4 in 2 movements",
        [
            (
                "orders",
                """
                INSERT INTO stock_movements (id, store, product_id, reason, delta, order_id, at)
                SELECT 'made-up', store, product_id, reason, delta, order_id, at
                FROM stock_movements WHERE order_id = :finished
                """,
            ),
            ("orders", f"UPDATE stock SET on_hand = on_hand - 2 WHERE product_id = {WATER}"),
        ],
    ),
    Injection(
        "S3",
        "bottles left the shelf for an order that had released them",
        "expected 0 at once, found 2 in 1 movements",
        [
            (
                "orders",
                """
                INSERT INTO stock_movements (id, store, product_id, reason, delta, order_id, at)
                SELECT 'made-up', store, product_id, 'consumed', -2, order_id, '2026-01-01'
                FROM reservations WHERE order_id = :expired
                """,
            ),
            ("orders", f"UPDATE stock SET on_hand = on_hand - 2 WHERE product_id = {WATER}"),
        ],
    ),
    Injection(
        "S3",
        "bottles that were wasted still count as sold",
        "order {wasted}, product {water} (wasted): units taken off the shelf are those CONSUMED, "
        "wasted where the order was CANCELLED: expected 2 at once, found 0 in 0 movements",
        [
            (
                "orders",
                """
                DELETE FROM stock_movements
                WHERE order_id = :wasted AND (reason = 'wasted' OR delta > 0)
                """,
            ),
        ],
    ),
    Injection(
        "S3",
        "bottles of one order are wasted twice",
        "order {wasted}, product {water} (wasted): units taken off the shelf are those CONSUMED, "
        "wasted where the order was CANCELLED: expected 2 at once, found 4 in 2 movements",
        [
            ("orders", "DROP INDEX ux_stock_movements_wasted"),
            (
                "orders",
                """
                INSERT INTO stock_movements (id, store, product_id, reason, delta, order_id, at)
                SELECT 'made-up', store, product_id, reason, delta, order_id, at
                FROM stock_movements WHERE order_id = :wasted AND reason = 'wasted'
                """,
            ),
            ("orders", f"UPDATE stock SET on_hand = on_hand - 2 WHERE product_id = {WATER}"),
        ],
    ),
    Injection(
        "S4",
        "a cancelled order still holds its bottles",
        "order {expired} (CANCELLED), product {water}: what became of its units: "
        "expected 2 RELEASED, found 2 HELD",
        [
            ("orders", "UPDATE reservations SET state = 'HELD' WHERE order_id = :expired"),
            ("orders", f"UPDATE stock SET reserved = reserved + 2 WHERE product_id = {WATER}"),
        ],
    ),
    Injection(
        "S4",
        "what was made goes back on the shelf",
        "order {wasted} (CANCELLED), product {water}: what became of its units: "
        "expected 2 CONSUMED, found 2 RELEASED",
        [
            ("orders", "UPDATE reservations SET state = 'RELEASED' WHERE order_id = :wasted"),
            (
                "orders",
                "UPDATE stock_movements SET order_id = NULL WHERE order_id = :wasted AND reason = 'wasted'",
            ),
        ],
    ),
    Injection(
        "S4",
        "an order that is gone still has bottles",
        "(unknown), product {water}: what became of its units: expected 2 of an order, found 2 RELEASED",
        [
            (
                "orders",
                f"""
                INSERT INTO reservations (order_id, product_id, store, quantity, state)
                VALUES ('gone', {WATER}, 'default', 2, 'RELEASED')
                """,
            ),
            (
                "orders",
                f"""
                INSERT INTO order_lines (order_id, position, store, product_id, name, unit_price, quantity)
                VALUES ('gone', 0, 'default', {WATER}, 'Água mineral', 450, 2)
                """,
            ),
        ],
    ),
    Injection(
        # It is forgotten, and its stock with it.
        "S4 O4",
        "an order waits for its payer past its deadline and all patience",
        "order {awaiting}, product {water}: units held for an unpaid order after its deadline and "
        "our patience: "
        "expected 0, found 2 since ",
        settle=60,
        later=timedelta(minutes=14),
    ),
]
