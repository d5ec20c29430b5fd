"""Violations made by hand: what is done to legitimate books, and what exactly the auditor must say of it."""

from tests.integration.audit.injections.agreement import AGREEMENT
from tests.integration.audit.injections.injection import Injection
from tests.integration.audit.injections.messages import MESSAGES
from tests.integration.audit.injections.money import MONEY
from tests.integration.audit.injections.orders import ORDERS
from tests.integration.audit.injections.payments import PAYMENTS
from tests.integration.audit.injections.stock import STOCK

INJECTIONS: list[Injection] = [*STOCK, *ORDERS, *MONEY, *AGREEMENT, *PAYMENTS, *MESSAGES]
