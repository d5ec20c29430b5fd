"""The invariants by subject. Each rule is data: a sentence, and queries for what contradicts it.

A fault is told by one rule where it can be: the comment of a check says what is left to another.
"""

from audit.rules.agreement import AGREEMENT
from audit.rules.messages import MESSAGES
from audit.rules.money import MONEY
from audit.rules.orders import ORDERS
from audit.rules.payments import PAYMENTS
from audit.rules.rule import Rule
from audit.rules.stock import STOCK

RULES: tuple[Rule, ...] = (
    *STOCK,
    *ORDERS,
    *sorted((*MONEY, *AGREEMENT, *PAYMENTS), key=lambda rule: rule.id),
    *MESSAGES,
)
