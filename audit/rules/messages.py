"""Messages: everything is told once, arrives once, and nothing arrives that nobody told."""

from audit.rules.rule import always, at_rest, rule

MESSAGES = (
    rule(
        "M1",
        "What is to be told is published",
        at_rest(
            "an event is published",
            among="said",
            otherwise="""
            SELECT type || ' ' || id || ' of order ' || subject, 'published',
                CASE parked WHEN 1 THEN 'parked' ELSE 'waiting' END || ' since ' || time
            FROM said
            WHERE NOT published AND NOT dropped
                AND time <= CASE book WHEN 'orders' THEN :orders_rest ELSE :payments_rest END
            """,
        ),
    ),
    rule(
        "M2",
        "Every change that others must hear of was told once, and nothing was told that did not happen",
        always(
            # Said again, an event has a new id, and words and sequence of the first. A cancel request may be
            # followed by one for another reason.
            "events that tell of a step, without those said again",
            among="history",
            otherwise="""
            SELECT 'order ' || order_id || ', step ' || step, '1 ' || type, told FROM (
                SELECT order_id, announced.*, (
                    SELECT count(DISTINCT sequence) FROM said
                    WHERE subject = order_id AND said.type = announced.type
                        AND (announced.status = '' OR said.status = announced.status)
                ) AS told
                FROM history JOIN announced ON step = history.status
            )
            WHERE told <> 1 AND NOT (told = 2 AND step = 'CANCELLING')
            """,
        ),
        always(
            "a step that it tells of",
            among="said WHERE book = 'orders'",
            otherwise="""
            SELECT type || ' ' || id || ' of order ' || subject, 'a step to ' || group_concat(step), NULL
            FROM said LEFT JOIN announced USING (type)
            WHERE book = 'orders' AND NOT EXISTS (
                SELECT 1 FROM history JOIN announced ON announced.step = history.status
                WHERE order_id = subject AND announced.type = said.type
                    AND announced.status IN ('', said.status)
            )
            GROUP BY id
            """,
        ),
        always(
            "an event that tells of it",
            among="due_to_tell",
            otherwise="""
            SELECT what || ' of order ' || subject, type, NULL FROM due_to_tell AS due
            WHERE NOT EXISTS (
                SELECT 1 FROM said
                WHERE said.subject = due.subject AND said.type = due.type
                    AND coalesce(due.about, '') IN (said.refund_id, said.payment_id, '')
            )
            """,
        ),
        always(
            "what payment_service told did happen",
            among="said WHERE book = 'payments'",
            otherwise="""
            SELECT type || ' ' || id || ' of order ' || subject,
                CASE type
                    WHEN 'payment.approved.v1' THEN 'payment ' || payment_id || ' approved'
                    WHEN 'payment.closed.v1' THEN 'charge CLOSED'
                    ELSE 'refund ' || refund_id || ' done'
                END,
                NULL
            FROM said
            WHERE book = 'payments' AND CASE type
                WHEN 'payment.approved.v1' THEN NOT EXISTS (
                    SELECT 1 FROM attempts WHERE attempts.id = payment_id AND approved_at IS NOT NULL
                )
                WHEN 'payment.closed.v1' THEN NOT EXISTS (
                    SELECT 1 FROM charges WHERE order_id = subject AND state = 'CLOSED'
                )
                WHEN 'payment.refunded.v1' THEN NOT EXISTS (
                    SELECT 1 FROM refunds WHERE refunds.id = refund_id AND refunds.status = 'DONE'
                )
            END
            """,
        ),
        always(
            # What is said again, by a sweeper or in answer to a question, is said at another moment.
            "times that it was told at one moment",
            among="said",
            otherwise="""
            SELECT first.type || ' of order ' || subject || ', sequence ' || sequence, 1, 2
            FROM (
                SELECT subject, type, sequence FROM said GROUP BY subject, type, sequence HAVING count(*) > 1
            )
            JOIN said AS first USING (subject, type, sequence)
            JOIN said AS other USING (subject, type, sequence)
            WHERE first.id < other.id AND first.book = other.book AND first.words = other.words
                AND first.time = other.time
            """,
        ),
    ),
    rule(
        "M3",
        "What was published arrived at its reader once, and was handled or parked",
        at_rest(
            # Readers purge what they heard after 30 days.
            "rows in its reader's inbox",
            among="resting_said WHERE published",
            otherwise="""
            SELECT type || ' ' || id || ' of order ' || subject, 1, arrived FROM (
                SELECT *, (
                    SELECT count(*) FROM heard WHERE heard.id = said.id AND heard.book <> said.book
                ) AS arrived
                FROM resting_said AS said
                WHERE published
                    AND time > CASE book WHEN 'orders' THEN :orders_purged ELSE :payments_purged END
            )
            WHERE arrived <> 1
            """,
        ),
        at_rest(
            "it is handled or parked",
            among="heard",
            otherwise="""
            SELECT type || ' ' || id || ' of order ' || subject, 'done or parked',
                state || ' since ' || received_at
            FROM heard
            WHERE state = 'pending' AND subject NOT IN unsettled
            """,
        ),
    ),
    rule(
        "M4",
        "What a service took in was told by the other one, word for word",
        always(
            # What could not be read is parked under a digest and not acted on; M5 knows what was poisoned.
            "the event of the other service that it says it is",
            among="heard WHERE NOT unreadable AND state IN ('pending', 'done')",
            otherwise="""
            SELECT heard.type || ' ' || heard.id || ' in the inbox of ' || heard.book,
                CASE WHEN said.id IS NULL THEN 'in the outbox of ' || heard.source ELSE 'the same words' END,
                CASE WHEN said.id IS NULL THEN NULL ELSE 'other words' END
            FROM heard LEFT JOIN said
                ON said.id = heard.id AND '/' || said.book = heard.source AND said.book <> heard.book
            WHERE NOT unreadable AND heard.state IN ('pending', 'done')
                AND heard.received_at <= CASE heard.book WHEN 'orders' THEN :orders_now ELSE :payments_now END
                AND (heard.type, heard.subject, heard.store, heard.sequence, heard.words)
                    IS NOT (said.type, said.subject, said.store, said.sequence, said.words)
            """,
        ),
    ),
    rule(
        "M5",
        "On the wire nothing was lost and nothing slipped in, and just what was poisoned is parked",
        at_rest(
            "a published event was on the wire",
            among="resting_said WHERE published",
            otherwise="""
            SELECT type || ' ' || id || ' of order ' || subject, 'seen', NULL FROM resting_said
            WHERE published AND id NOT IN (SELECT id FROM tapped WHERE id IS NOT NULL)
            """,
        ),
        at_rest(
            "a message on the wire is an event that was told",
            among="tapped",
            otherwise="""
            SELECT 'message ' || coalesce(id, 'with digest ' || digest), 'in the outbox of ' || source, NULL
            FROM (SELECT DISTINCT id, type, source, subject, digest FROM tapped WHERE NOT poisoned) AS seen
            WHERE NOT EXISTS (
                SELECT 1 FROM said WHERE said.id = seen.id AND said.type = seen.type
                    AND said.subject = seen.subject AND '/' || said.book = seen.source
            )
            """,
        ),
        at_rest(
            "different messages with this id",
            among="tapped",
            otherwise="""
            SELECT 'message ' || id, 1, count(DISTINCT digest) FROM tapped
            WHERE NOT poisoned AND id IS NOT NULL GROUP BY id HAVING count(DISTINCT digest) > 1
            """,
        ),
        at_rest(
            "what is parked was poisoned",
            among="heard WHERE state = 'parked'",
            otherwise="""
            SELECT 'message ' || id || ' in the inbox of ' || book, 'handled', state FROM heard
            WHERE state = 'parked'
                AND id NOT IN (SELECT id FROM tapped WHERE poisoned AND id IS NOT NULL)
                AND id NOT IN (SELECT digest FROM tapped WHERE poisoned AND digest IS NOT NULL)
            """,
        ),
        at_rest(
            "what was poisoned is parked, or was dropped from there",
            among="tapped WHERE poisoned",
            otherwise="""
            SELECT 'message ' || coalesce(id, 'with digest ' || digest), 'parked', (
                SELECT state FROM heard WHERE heard.id IN (tapped.id, digest)
            )
            FROM tapped
            WHERE poisoned AND NOT EXISTS (
                SELECT 1 FROM heard WHERE heard.id IN (tapped.id, digest) AND state IN ('parked', 'dropped')
            )
            """,
        ),
        needs="tap",
    ),
)
