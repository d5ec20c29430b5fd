"""What the rules stand on, made from the facts once: what is known of states, sums, and who is at rest.

In the names of parameters, `_now` is a book's time when it was read, and `_rest` the time since when nothing
may have changed in it. `moving` is 0 where all is to be judged as it stands. What the provider changed before
`provider_polled` was looked at since then, where payments are waited for; before `provider_compared`, any.
"""

KNOWLEDGE = (
    """
    CREATE TABLE steps (before, after, PRIMARY KEY (before, after)) WITHOUT ROWID
    """,
    """
    INSERT INTO steps VALUES
        ('', 'AWAITING_PAYMENT'),
        ('AWAITING_PAYMENT', 'RECEIVED'),
        ('AWAITING_PAYMENT', 'CANCELLING'),
        ('AWAITING_PAYMENT', 'CANCELLED'),
        ('CANCELLING', 'RECEIVED'),
        ('CANCELLING', 'CANCELLED'),
        ('RECEIVED', 'IN_PREPARATION'),
        ('RECEIVED', 'CANCELLED'),
        ('IN_PREPARATION', 'READY'),
        ('IN_PREPARATION', 'CANCELLED'),
        ('READY', 'FINISHED'),
        ('READY', 'CANCELLED')
    """,
    "CREATE TABLE kitchen (status PRIMARY KEY) WITHOUT ROWID",
    "INSERT INTO kitchen VALUES ('RECEIVED'), ('IN_PREPARATION'), ('READY')",
    """
    CREATE TABLE announced (step PRIMARY KEY, type, status) WITHOUT ROWID
    """,
    """
    INSERT INTO announced VALUES
        ('AWAITING_PAYMENT', 'order.placed.v1', ''),
        ('CANCELLING', 'order.cancel_requested.v1', ''),
        ('RECEIVED', 'order.paid.v1', ''),
        ('IN_PREPARATION', 'order.status_changed.v1', 'IN_PREPARATION'),
        ('READY', 'order.status_changed.v1', 'READY'),
        ('FINISHED', 'order.status_changed.v1', 'FINISHED'),
        ('CANCELLED', 'order.cancelled.v1', '')
    """,
    "CREATE TABLE ranks (status PRIMARY KEY, rank) WITHOUT ROWID",
    """
    INSERT INTO ranks VALUES
        ('CREATED', 0), ('PENDING', 1), ('REJECTED', 2), ('CANCELLED', 2), ('EXPIRED', 2),
        ('APPROVED', 3), ('CHARGED_BACK', 4)
    """,
)
"""The order's graph of states, what the kitchen works on, what each step is announced by, how states rank."""

INDEXES = (
    "CREATE INDEX orders_id ON orders (id, status)",
    "CREATE INDEX history_order ON history (order_id, position, status)",
    "CREATE INDEX shown_payments_order ON shown_payments (order_id)",
    "CREATE INDEX charges_order ON charges (order_id, state)",
    "CREATE INDEX attempts_id ON attempts (id)",
    "CREATE INDEX attempts_order ON attempts (order_id, number)",
    "CREATE INDEX attempts_provider ON attempts (provider_id) WHERE provider_id IS NOT NULL",
    "CREATE INDEX refunds_payment ON refunds (payment_id)",
    "CREATE INDEX refunds_id ON refunds (id)",
    "CREATE INDEX refunds_provider ON refunds (provider_id) WHERE provider_id IS NOT NULL",
    "CREATE INDEX answers_payment ON answers (payment_id)",
    "CREATE INDEX provider_refunds_id ON provider_refunds (id)",
    "CREATE INDEX provider_refunds_payment ON provider_refunds (provider_payment_id)",
    "CREATE INDEX said_id ON said (id)",
    "CREATE INDEX said_subject ON said (subject, type, sequence, status)",
    "CREATE INDEX heard_id ON heard (id)",
)

SUMS = (
    """
    CREATE TABLE wanted AS
    SELECT order_id, product_id, sum(quantity) AS quantity FROM lines GROUP BY order_id, product_id
    """,
    "CREATE INDEX wanted_order ON wanted (order_id, product_id)",
    """
    CREATE TABLE taken AS
    SELECT
        order_id,
        product_id,
        reason,
        -sum(delta) AS quantity,
        count(*) FILTER (WHERE delta < 0) AS times,
        count(*) FILTER (WHERE delta > 0) AS back
    FROM movements WHERE reason = 'consumed' OR (reason = 'wasted' AND order_id IS NOT NULL)
    GROUP BY order_id, product_id, reason
    """,
    "CREATE INDEX taken_order ON taken (order_id, product_id, reason)",
    # Of a product that was sold uncounted first, nothing was held before its first count.
    """
    CREATE TABLE counts_began AS
    SELECT product_id, datetime(min(at), '+60 seconds') AS at FROM movements GROUP BY product_id
    """,
    "CREATE INDEX counts_began_product ON counts_began (product_id)",
    # What the provider has. Of what is not known by its number, it says itself what it is for.
    """
    CREATE TABLE money AS
    SELECT
        paid.id,
        paid.amount,
        paid.reference,
        paid.store,
        paid.attempt_id,
        paid.approved_at,
        paid.updated_at,
        known.id AS known_as,
        coalesce(known.order_id, meant.order_id, paid.reference) AS order_id,
        coalesce(known.id, meant.id) AS attempt,
        coalesce(back.amount, 0) AS returned,
        CASE
            WHEN paid.status = 'charged_back' AND paid.status_detail <> 'reimbursed'
                THEN paid.amount - coalesce(back.amount, 0)
            ELSE 0
        END AS lost,
        CASE
            WHEN paid.status = 'charged_back' AND paid.status_detail <> 'reimbursed' THEN 'CHARGED_BACK'
            WHEN paid.status IN ('approved', 'refunded', 'in_mediation', 'charged_back') THEN 'APPROVED'
            WHEN paid.status = 'cancelled' AND paid.status_detail = 'expired' THEN 'EXPIRED'
            WHEN paid.status IN ('cancelled', 'rejected') THEN upper(paid.status)
            ELSE 'PENDING'
        END AS says
    FROM provider_payments AS paid
    LEFT JOIN attempts AS known ON known.provider_id = paid.id
    LEFT JOIN attempts AS meant ON meant.id = paid.attempt_id
    LEFT JOIN (
        SELECT provider_payment_id, sum(amount) AS amount FROM provider_refunds
        WHERE status = 'approved' GROUP BY provider_payment_id
    ) AS back ON back.provider_payment_id = paid.id
    """,
    "CREATE INDEX money_id ON money (id)",
    "CREATE INDEX money_order ON money (order_id)",
    # What payment_service says that went back, and what is still on its way.
    """
    CREATE TABLE given_back AS
    SELECT
        payment_id,
        sum(amount) FILTER (WHERE status = 'DONE') AS done,
        count(*) FILTER (WHERE status = 'DONE') AS times,
        coalesce(
            sum(amount) FILTER (WHERE origin IN ('staff', 'provider') AND status = 'DONE'), 0
        ) AS by_people,
        coalesce(sum(amount) FILTER (WHERE status IN ('REQUESTED', 'IN_PROCESS')), 0) AS open
    FROM refunds GROUP BY payment_id
    """,
    "CREATE INDEX given_back_payment ON given_back (payment_id)",
)

DUE_TO_TELL = """
    CREATE VIEW due_to_tell AS
    SELECT
        'payment ' || id || ' (kept)' AS what,
        order_id AS subject,
        'payment.approved.v1' AS type,
        id AS about
    FROM attempts JOIN charges USING (order_id) WHERE kept AND state = 'SETTLED'
    UNION ALL
    SELECT 'charge (CLOSED)', order_id, 'payment.closed.v1', NULL FROM charges WHERE state = 'CLOSED'
    UNION ALL
    SELECT 'refund ' || id || ' (DONE)', order_id, 'payment.refunded.v1', id
    FROM refunds WHERE status = 'DONE'
    UNION ALL
    SELECT 'refund ' || id || ' (FAILED)', order_id, 'payment.refund_failed.v1', id
    FROM refunds WHERE status = 'FAILED'
    UNION ALL
    SELECT 'payment ' || id || ' (CHARGED_BACK)', order_id, 'payment.charged_back.v1', id
    FROM attempts WHERE status = 'CHARGED_BACK'
    UNION ALL
    SELECT 'payment ' || id || ' (another try followed)', order_id, 'payment.rejected.v1', id
    FROM attempts WHERE (order_id, number + 1) IN (SELECT order_id, number FROM attempts)
    UNION ALL
    SELECT 'payment ' || id || ' (another try may follow)', order_id, 'payment.rejected.v1', id
    FROM attempts JOIN charges USING (order_id)
    WHERE status IN ('REJECTED', 'CANCELLED', 'EXPIRED') AND state = 'OPEN'
    UNION ALL
    SELECT 'payment ' || id || ' (waits for its payer)', order_id, 'payment.created.v1', id
    FROM attempts JOIN charges USING (order_id) WHERE status = 'PENDING' AND shown AND state = 'OPEN'
"""
"""What payment_service has to tell, by what is so now. Some of it cannot be known of charges not OPEN."""

UNSETTLED = (
    "CREATE TABLE unsettled (id PRIMARY KEY NOT NULL) WITHOUT ROWID",
    """
    INSERT OR IGNORE INTO unsettled
    SELECT id FROM orders WHERE created_at > :orders_rest AND :moving
    UNION ALL SELECT order_id FROM history WHERE at > :orders_rest AND :moving
    UNION ALL SELECT order_id FROM charges WHERE created_at > :payments_rest AND :moving
    UNION ALL SELECT order_id FROM attempts
        WHERE max(created_at, coalesce(sent_at, ''), coalesce(approved_at, '')) > :payments_rest AND :moving
    UNION ALL SELECT order_id FROM refunds
        WHERE max(created_at, coalesce(done_at, '')) > :payments_rest AND :moving
    UNION ALL SELECT order_id FROM answers WHERE heard_at > :payments_rest AND :moving
    UNION ALL SELECT order_id FROM money WHERE updated_at > :provider_rest AND :moving
    UNION ALL SELECT subject FROM said
        WHERE changed_at > CASE book WHEN 'orders' THEN :orders_rest ELSE :payments_rest END AND :moving
    UNION ALL SELECT subject FROM heard
        WHERE changed_at > CASE book WHEN 'orders' THEN :orders_rest ELSE :payments_rest END AND :moving
    """,
    # The provider knows more of it, and payment_service has a time to look at it again that is not overdue: a
    # notice may be lost, and then it is that look that moves the order on. But who has looked since then and
    # goes on looking has not seen it, and never will.
    """
    INSERT OR IGNORE INTO unsettled
    SELECT attempts.order_id FROM attempts
    JOIN money ON money.id = attempts.provider_id
    LEFT JOIN given_back ON given_back.payment_id = attempts.id
    WHERE attempts.next_at > :payments_rest AND :moving
        AND (attempts.at_provider IS NOT money.says OR coalesce(given_back.done, 0) <> money.returned)
        AND money.updated_at > CASE at_provider
            WHEN 'PENDING' THEN :provider_polled ELSE :provider_compared
        END
    """,
    "CREATE VIEW resting_orders AS SELECT * FROM orders WHERE id NOT IN unsettled",
    "CREATE VIEW resting_charges AS SELECT * FROM charges WHERE order_id NOT IN unsettled",
    "CREATE VIEW resting_attempts AS SELECT * FROM attempts WHERE order_id NOT IN unsettled",
    "CREATE VIEW resting_refunds AS SELECT * FROM refunds WHERE order_id NOT IN unsettled",
    "CREATE VIEW resting_money AS SELECT * FROM money WHERE coalesce(order_id, '') NOT IN unsettled",
    "CREATE VIEW resting_said AS SELECT * FROM said WHERE subject NOT IN unsettled",
)

PREPARATION = (*KNOWLEDGE, *INDEXES, *SUMS, DUE_TO_TELL, *UNSETTLED)
"""All of it, one statement after the other."""
