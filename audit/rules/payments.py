"""Payments: why they are in their state, and that nothing about them is left undone."""

from audit.rules.rule import always, at_rest, rule

PAYMENTS = (
    rule(
        "P7",
        "A payment is approved only after an answer of the provider that says so, of the right amount",
        always(
            "an answer that it was paid, by then",
            among="attempts WHERE approved_at IS NOT NULL",
            otherwise="""
            SELECT 'payment ' || id || ' of order ' || order_id, reais(amount) || ' by ' || approved_at, (
                SELECT reais(answers.amount) || ' at ' || min(heard_at) FROM answers
                WHERE payment_id = attempts.id AND status IN ('APPROVED', 'CHARGED_BACK')
            )
            FROM attempts
            WHERE approved_at IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM answers
                WHERE payment_id = attempts.id
                    AND answers.status IN ('APPROVED', 'CHARGED_BACK')
                    AND (answers.provider_id, answers.amount, answers.currency, answers.reference)
                        = (attempts.provider_id, attempts.amount, 'BRL', attempts.order_id)
                    AND heard_at <= approved_at
            )
            """,
        ),
        always(
            "a time when it was paid",
            among="attempts WHERE kept OR status IN ('APPROVED', 'CHARGED_BACK')",
            otherwise="""
            SELECT 'payment ' || id || ' of order ' || order_id || ' (' || status || ')', 'a time', NULL
            FROM attempts
            WHERE approved_at IS NULL AND (kept OR status IN ('APPROVED', 'CHARGED_BACK'))
            """,
        ),
    ),
    rule(
        "P9",
        "A payment never falls back to a lower state, and nothing about money is left undone",
        always(
            "a state no lower than what the provider said once",
            among="answers",
            otherwise="""
            SELECT 'payment ' || id || ' of order ' || order_id, heard.said, status FROM (
                SELECT attempts.id, attempts.order_id, attempts.status, max(rank) AS rank,
                    answers.status AS said
                FROM attempts
                JOIN answers ON payment_id = attempts.id
                JOIN ranks ON ranks.status = answers.status
                WHERE return_reason IS NOT 'amount_mismatch'
                GROUP BY attempts.id
            ) AS heard JOIN ranks USING (status)
            WHERE ranks.rank < heard.rank AND (heard.said, status) <> ('CHARGED_BACK', 'APPROVED')
            """,
        ),
        at_rest(
            "the provider answered whether it made it",
            among="resting_attempts",
            otherwise="""
            SELECT 'payment ' || id || ' of order ' || order_id, 'an answer',
                'none, ' || coalesce('sent ' || sent_at, 'never sent')
            FROM resting_attempts WHERE status = 'CREATED'
            """,
        ),
        at_rest(
            "it can be paid only while its charge is open",
            among="resting_attempts WHERE status = 'PENDING'",
            otherwise="""
            SELECT 'payment ' || id || ' of order ' || order_id || ' (PENDING)', 'OPEN', state
            FROM resting_attempts JOIN charges USING (order_id)
            WHERE status = 'PENDING' AND state IN ('SETTLED', 'CLOSED')
            """,
        ),
        at_rest(
            "a charge that is to close does close",
            among="resting_charges",
            otherwise="""
            SELECT 'charge of order ' || order_id, 'CLOSED or SETTLED', state || ' (' || reason || ')'
            FROM resting_charges WHERE state = 'CLOSING'
            """,
        ),
        at_rest(
            "a refund comes to an end",
            among="resting_refunds",
            otherwise="""
            SELECT 'refund ' || id || ' of order ' || order_id, 'DONE, FAILED or VOID',
                status || ', ' || reais(amount) || ' since ' || created_at
            FROM resting_refunds WHERE status IN ('REQUESTED', 'IN_PROCESS')
            """,
        ),
        at_rest(
            "payment_service knows how it stands at the provider",
            among="resting_money WHERE known_as IS NOT NULL",
            otherwise="""
            SELECT 'payment ' || attempts.id || ' of order ' || attempts.order_id, says, at_provider
            FROM resting_money JOIN attempts ON attempts.id = known_as
            WHERE at_provider IS NOT says
            """,
        ),
        at_rest(
            "a notice of the provider is looked into",
            among="notices",
            otherwise="""
            SELECT 'notice ' || id, 'read', state || ' since ' || received_at FROM notices
            WHERE state = 'WAITING' AND received_at <= :payments_rest
            """,
        ),
    ),
)
