"""An operator audits while the restaurant is busy: nothing that only moves is taken for wrong."""

from dataclasses import replace

from audit.auditor import audit
from audit.sources import Sources
from tests.servers.system import System
from tests.storm.crowd import Crowd
from tests.storm.rest import come_to_rest

CUSTOMERS = 40


def test_an_audit_amid_running_orders_gives_no_false_alarm(system: System):
    orders, payments, provider = system.books
    by_file = Sources(orders=orders, payments=payments, provider=provider)
    over_http = replace(by_file, provider=system.emulator)
    crowd = Crowd(system, "audit")
    crowd.come(CUSTOMERS, within=15, think=2)

    reports = []
    while crowd.busy:
        reports += [audit(sources) for sources in (by_file, over_http)]
    crowd.go()

    wrong = [str(report) for report in reports if not report.clean]
    assert not wrong, wrong[0]
    assert any(report.unsettled for report in reports)
    assert max(verdict.looked_at for report in reports for verdict in report.verdicts) > CUSTOMERS
    come_to_rest(system, crowd)
