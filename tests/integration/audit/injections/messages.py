"""Events that were not told, or twice, or did not arrive, or that nobody told."""

from tests.integration.audit.injections.injection import Injection, bare, forgotten, heard, said_again, told

MESSAGES = [
    Injection(
        "M1",
        "an event is not published",
        "of order {finished}: an event is published: expected published, found waiting since ",
        [
            (
                "orders",
                "UPDATE outbox SET published_at = NULL WHERE subject = :finished AND type = 'order.paid.v1'",
            )
        ],
    ),
    Injection(
        "M1",
        "an event that nobody can take is forgotten",
        "of order {finished}: an event is published: expected published, found parked since ",
        [
            (
                "orders",
                """
                UPDATE outbox SET published_at = NULL, parked_at = time
                WHERE subject = :finished AND type = 'order.paid.v1'
                """,
            )
        ],
    ),
    Injection(
        "M2",
        "nobody was told that an order is paid",
        "order {finished}, step RECEIVED: events that tell of a step, without those said again: "
        "expected 1 order.paid.v1, found 0",
        forgotten("orders", "finished", "order.paid.v1"),
    ),
    Injection(
        "M2",
        "it was told twice that an order is paid",
        "order {finished}, step RECEIVED: events that tell of a step, without those said again: "
        "expected 1 order.paid.v1, found 2",
        told("orders", "finished", "order.paid.v1", payment_id="x"),
    ),
    Injection(
        "M2",
        "it was told that an order is ready before it is",
        "order.status_changed.v1 made-up of order {preparing}: a step that it tells of: expected a step to ",
        told("orders", "preparing", "order.status_changed.v1", status="READY"),
    ),
    Injection(
        "M2",
        "nobody was told that money went back",
        "refund {cancelled_paid.refund} (DONE) of order {cancelled_paid}: an event that tells of it: "
        "expected payment.refunded.v1, found nothing",
        forgotten("payments", "cancelled_paid", "payment.refunded.v1"),
    ),
    Injection(
        "M2",
        "nobody was told that a charge is closed",
        "charge (CLOSED) of order {expired}: an event that tells of it: "
        "expected payment.closed.v1, found nothing",
        forgotten("payments", "expired", "payment.closed.v1"),
    ),
    Injection(
        "M2",
        "nobody was told that an attempt failed",
        "(another try followed) of order {paid_at_second_try}: an event that tells of it: "
        "expected payment.rejected.v1, found nothing",
        forgotten("payments", "paid_at_second_try", "payment.rejected.v1"),
    ),
    Injection(
        "M2",
        "nobody was told the code to pay by",
        "payment {awaiting.payment} (waits for its payer) of order {awaiting}: an event that tells of it: "
        "expected payment.created.v1, found nothing",
        forgotten("payments", "awaiting", "payment.created.v1"),
    ),
    Injection(
        "M2",
        "nobody was told of a chargeback",
        "payment {charged_back.payment} (CHARGED_BACK) of order {charged_back}: an event that tells of it: "
        "expected payment.charged_back.v1, found nothing",
        forgotten("payments", "charged_back", "payment.charged_back.v1"),
    ),
    Injection(
        "M2",
        "a charge was said to be closed that is not",
        "payment.closed.v1 made-up of order {received}: what payment_service told did happen: "
        "expected charge CLOSED, found nothing",
        told("payments", "received", "payment.closed.v1"),
    ),
    Injection(
        "M2",
        "money was said to have gone back that did not",
        "payment.refunded.v1 made-up of order {received}: what payment_service told did happen: "
        "expected refund x done, found nothing",
        told("payments", "received", "payment.refunded.v1", refund_id="x"),
    ),
    Injection(
        "M2",
        "one change was told twice at once",
        "payment.refunded.v1 of order {cancelled_paid}, sequence 10: times that it was told at one moment: "
        "expected 1, found 2",
        said_again("payments", "cancelled_paid", "payment.refunded.v1", after=0),
    ),
    Injection(
        "M3",
        "an event did not arrive",
        "of order {finished}: rows in its reader's inbox: expected 1, found 0",
        [("payments", "DELETE FROM inbox WHERE subject = :finished AND type = 'order.paid.v1'")],
    ),
    Injection(
        "M3",
        "an event arrived twice",
        "of order {finished}: rows in its reader's inbox: expected 1, found 2",
        [
            *bare("payments", "inbox"),
            (
                "payments",
                "INSERT INTO inbox SELECT * FROM inbox WHERE subject = :finished AND type = 'order.paid.v1'",
            ),
        ],
    ),
    Injection(
        "M3",
        "an event is not handled",
        "of order {finished}: it is handled or parked: expected done or parked, found pending since ",
        [
            (
                "payments",
                """
                UPDATE inbox SET status = 'pending', handled_at = NULL
                WHERE subject = :finished AND type = 'order.paid.v1'
                """,
            )
        ],
    ),
    Injection(
        "M4",
        "an order heard of a payment that nobody told of",
        "payment.approved.v1 made-up in the inbox of orders: the event of the other service that it "
        "says it is: "
        "expected in the outbox of /payments, found nothing",
        [("orders", heard("orders", "/payments", "awaiting", "payment.approved.v1", "{}"))],
    ),
    Injection(
        "M4",
        "an event was changed on its way",
        "in the inbox of payments: the event of the other service that it says it is: "
        "expected the same words, found other words",
        [
            (
                "payments",
                """
                UPDATE inbox SET data = json_set(data, '$.total', 1)
                WHERE subject = :finished AND type = 'order.placed.v1'
                """,
            )
        ],
    ),
]
