"""What looks odd in the books and is as it should be."""

from datetime import datetime, timedelta

import pytest

from tests.integration.audit.conftest import Books
from tests.integration.audit.injections.injection import heard, said_again, told


def assert_clean(books: Books):
    report = books.audit()
    assert report.clean, str(report)


@pytest.mark.parametrize(
    ("book", "end", "event_type"),
    [
        ("orders", "awaiting", "order.placed.v1"),
        ("orders", "cancelled_paid", "order.cancelled.v1"),
        ("payments", "paid_at_second_try", "payment.rejected.v1"),
    ],
)
def test_an_event_may_be_said_again_after_a_silence(books: Books, book, end, event_type):
    for change in said_again(book, end, event_type, after=30):
        books.change(*change)

    assert_clean(books)


def test_a_cancel_request_may_be_followed_by_one_for_another_reason(books: Books):
    for change in told("orders", "expired", "order.cancel_requested.v1", total=3390, reason="customer"):
        books.change(*change)

    assert_clean(books)


def test_an_order_may_be_placed_under_a_promotion(books: Books):
    books.change(
        "orders",
        """
        UPDATE order_lines SET unit_price = unit_price + 100, unit_discount = 100, promotion_id = 'x'
        WHERE order_id = :finished
        """,
        "UPDATE orders SET discount = 300 WHERE id = :finished",
    )

    assert_clean(books)


def test_a_product_may_have_been_sold_before_it_was_counted(books: Books):
    sold = "(SELECT id FROM products WHERE NOT counted AND id IN (SELECT product_id FROM order_lines))"
    books.change(
        "orders",
        f"INSERT INTO stock (product_id, store, on_hand, reserved) SELECT id, 'default', 0, 0 FROM {sold}",
        f"""
        INSERT INTO stock_movements (id, store, product_id, reason, delta, at)
        SELECT 'began-' || id, 'default', id, 'set', 0, '2099-01-01 12:00:00.000000' FROM {sold}
        """,
        "UPDATE products SET counted = true WHERE id IN (SELECT product_id FROM stock)",
    )

    assert_clean(books)


def test_what_was_wasted_before_waste_was_told_from_sales_has_but_one_movement(books: Books):
    books.change(
        "orders",
        "DELETE FROM stock_movements WHERE order_id = :wasted AND (reason = 'wasted' OR delta > 0)",
        "UPDATE stock_movements SET reason = 'wasted' WHERE order_id = :wasted",
    )

    assert_clean(books)


def test_readers_may_have_purged_what_they_heard_a_month_ago(books: Books):
    for book in ("orders", "payments"):
        books.change(book, "UPDATE outbox SET time = '2026-10-01 12:00:00.000000' WHERE subject = :finished")
        books.change(book, "DELETE FROM inbox WHERE subject = :finished")

    assert_clean(books)


def test_what_was_dropped_by_an_operator_need_not_be_published_or_arrive(books: Books):
    books.change(
        "orders",
        """
        UPDATE outbox SET published_at = NULL, parked_at = time, dropped_at = time
        WHERE subject = :finished AND type = 'order.paid.v1'
        """,
    )
    books.change("payments", "DELETE FROM inbox WHERE subject = :finished AND type = 'order.paid.v1'")

    assert_clean(books)


def test_an_event_of_ours_may_be_parked(books: Books):
    books.change("payments", "UPDATE inbox SET status = 'parked' WHERE type = 'order.paid.v1'")

    assert_clean(books)


def test_poison_is_parked_and_was_told_by_nobody(books: Books):
    books.change("orders", heard("orders", "/payments", "awaiting", "payment.approved.v1", "{}"))
    books.change("orders", "UPDATE inbox SET status = 'parked' WHERE id = 'made-up'")

    assert_clean(books)


def test_poison_that_was_mended_and_replayed_keeps_the_id_under_which_it_was_parked(books: Books):
    books.change("orders", heard("orders", "/payments", "awaiting", "payment.approved.v1", "{}"))
    books.change("orders", "UPDATE inbox SET raw = x'7b7d' WHERE id = 'made-up'")

    assert_clean(books)


def test_what_is_not_what_was_asked_for_goes_back_and_may_differ(books: Books):
    """The provider took a centavo too much for an order that was then paid by its second attempt."""
    books.change(
        "provider",
        """
        UPDATE payments SET amount = 3391, status = 'refunded', status_detail = 'refunded',
            approved_at = updated_at
        WHERE external_reference = :paid_at_second_try AND json_extract(metadata, '$.attempt') = 1
        """,
        """
        INSERT INTO refunds (id, payment_id, amount, created_at, status)
        SELECT 7, id, 3391, created_at, 'approved' FROM payments
        WHERE external_reference = :paid_at_second_try AND json_extract(metadata, '$.attempt') = 1
        """,
    )
    books.change(
        "payments",
        """
        UPDATE payments SET detail = 'amount_mismatch', return_reason = 'amount_mismatch', held = 3391,
            at_provider = 'APPROVED' WHERE order_id = :paid_at_second_try AND number = 1
        """,
        """
        INSERT INTO refunds (
            id, payment_id, position, order_id, store, amount, reason, by_staff, status, provider_id,
            created_at, done_at, tries, lease
        )
        SELECT 'back', id, 0, order_id, store, 3391, 'amount_mismatch', 0, 'DONE', '7',
            created_at, created_at, 0, 0
        FROM payments WHERE order_id = :paid_at_second_try AND number = 1
        """,
    )
    for change in told("payments", "paid_at_second_try", "payment.refunded.v1", refund_id="back"):
        books.change(*change)
    books.change(
        "orders",
        "UPDATE order_payments SET refunded = 3391 WHERE order_id = :paid_at_second_try AND attempt = 1",
    )

    assert_clean(books)


def test_what_was_not_said_to_the_provider_yet_is_not_missed_there(books: Books):
    """Not even where the provider's book is empty, as on the first day: nothing is in it, not even NULL."""
    books.change("provider", "DELETE FROM refunds", "DELETE FROM payments")
    for table in ("payments", "refunds"):
        books.change("payments", f"UPDATE {table} SET provider_id = NULL")

    assert "P4" not in books.audit().violated


def rejected_at(books: Books, when: datetime):
    """The bank refused an order's payment then, and the order has time to try another."""
    books.change("orders", "UPDATE orders SET deadline = '2999-01-01 00:00:00.000000' WHERE id = :awaiting")
    books.change(
        "provider",
        f"""
        UPDATE payments SET status = 'rejected', updated_at = '{written(when)}'
        WHERE external_reference = :awaiting
        """,
    )


def look_again(books: Books, when: datetime | None):
    """The provider will be asked about that payment then."""
    at = "NULL" if when is None else f"'{written(when)}'"
    books.change("payments", f"UPDATE payments SET next_at = {at} WHERE order_id = :awaiting")


def written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


class TestWhileItRuns:
    """Orders about which something changed lately are not judged by rules at rest."""

    def test_an_order_that_just_moved_is_too_young_to_judge(self, books: Books):
        books.change("orders", "UPDATE inbox SET status = 'pending' WHERE subject = :awaiting")

        young = books.audit(settle=60)
        old = books.audit(settle=60, later=timedelta(seconds=61))

        assert young.clean, str(young)
        assert young.unsettled > 0
        assert old.violated == ("M3",)
        assert old.unsettled == 0

    @pytest.mark.parametrize(
        ("book", "change"),
        [
            ("orders", "UPDATE order_history SET at = '{now}' WHERE order_id = :expired AND position = 2"),
            ("orders", "UPDATE outbox SET published_at = '{now}' WHERE subject = :expired"),
            ("orders", "UPDATE inbox SET handled_at = '{now}' WHERE subject = :expired"),
            ("payments", "UPDATE payments SET approved_at = '{now}' WHERE order_id = :expired"),
            ("payments", "UPDATE provider_answers SET heard_at = '{now}' WHERE order_id = :expired"),
            ("payments", "UPDATE outbox SET published_at = '{now}' WHERE subject = :expired"),
            ("provider", "UPDATE payments SET updated_at = '{now}' WHERE external_reference = :expired"),
        ],
    )
    def test_a_change_in_any_book_makes_an_order_young(self, books: Books, book, change):
        later = timedelta(minutes=5)
        now = written(books.now + later)
        books.change(
            "orders", "UPDATE orders SET deadline = '2999-01-01 00:00:00.000000' WHERE id = :awaiting"
        )

        books.change(book, change.format(now=now))

        assert books.audit(settle=60, later=later).unsettled == 1

    def test_what_the_provider_knows_more_of_is_young_while_a_look_at_it_is_planned(self, books: Books):
        """A notice was lost; the next look will find what the bank did."""
        later = timedelta(minutes=3)
        rejected_at(books, books.now + later - timedelta(seconds=90))

        look_again(books, books.now + later + timedelta(seconds=30))
        assert books.audit(settle=60, later=later).clean

        look_again(books, None)
        assert books.audit(settle=60, later=later).violated == ("P9",)

    @pytest.mark.parametrize("at_provider", ["PENDING", "CANCELLED"])
    def test_what_look_after_look_does_not_see_is_not_young_for_ever(self, books: Books, at_provider):
        """However often it is looked at, and whenever it will be again."""
        books.change(
            "payments", f"UPDATE payments SET at_provider = '{at_provider}' WHERE order_id = :awaiting"
        )
        seen_within = {"PENDING": timedelta(minutes=2), "CANCELLED": timedelta(hours=25)}[at_provider]
        later = timedelta(days=2)
        look_again(books, books.now + later + timedelta(seconds=30))

        rejected_at(books, books.now + later - seen_within - timedelta(seconds=59))
        assert books.audit(settle=60, later=later).clean

        rejected_at(books, books.now + later - seen_within - timedelta(seconds=61))
        assert books.audit(settle=60, later=later).violated == ("P9",)

    def test_what_arrives_between_two_snapshots_is_not_called_a_forgery(self, books: Books):
        books.change("orders", heard("orders", "/payments", "awaiting", "payment.approved.v1", "{}"))
        books.change("orders", "UPDATE inbox SET received_at = '2999-01-01' WHERE id = 'made-up'")

        assert_clean(books)
