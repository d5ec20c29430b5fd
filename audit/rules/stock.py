"""Units: what is on the shelf, what is promised, and what each order holds. All of it is in one database."""

from audit.rules.rule import Check, Rule, When

STOCK = (
    Rule(
        id="S1",
        title="What is reserved of a product is what orders hold of it, and is on the shelf",
        checks=(
            Check(
                says="0 <= reserved <= on hand",
                when=When.ALWAYS,
                among="SELECT count(*) FROM stock",
                violations="""
                    SELECT 'product ' || product_id, '0 to ' || on_hand, reserved FROM stock
                    WHERE reserved NOT BETWEEN 0 AND on_hand
                """,
            ),
            Check(
                says="units reserved are the sum of what is HELD and COMMITTED",
                when=When.ALWAYS,
                among="SELECT count(*) FROM stock",
                violations="""
                    SELECT 'product ' || product_id, coalesce(held, 0), reserved FROM stock
                    LEFT JOIN (
                        SELECT product_id, sum(quantity) AS held FROM reservations
                        WHERE state IN ('HELD', 'COMMITTED') GROUP BY product_id
                    ) USING (product_id)
                    WHERE reserved <> coalesce(held, 0)
                """,
            ),
        ),
    ),
)
