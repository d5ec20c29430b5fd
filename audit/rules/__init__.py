"""The invariants by subject. Each rule is data: a sentence, and queries for what contradicts it."""

from audit.rules.rule import Rule
from audit.rules.stock import STOCK

RULES: tuple[Rule, ...] = STOCK
