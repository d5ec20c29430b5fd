"""Reading payments out of the books in memory."""

from datetime import timedelta

from payment_service.domain.charge_record import ChargeState
from payment_service.domain.errors import UnknownPayment
from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.refund import RefundStatus
from payment_service.ports.page import Page
from payment_service.ports.payment_query_port import OpenRefund, PaymentQueryPort, PaymentView, RefundView
from payment_service.ports.survey_query_port import MoneySurvey, SurveyQueryPort


def payment_view(order_id, payment):
    return PaymentView(
        id=payment.id,
        order_id=order_id,
        attempt=payment.number,
        status=payment.status,
        status_detail=payment.detail,
        method=payment.method,
        amount=payment.amount,
        refunded=payment.refunded,
        qr_code=payment.qr_code,
        ticket_url=payment.ticket_url,
        provider_id=payment.provider_id,
        created_at=payment.created_at,
        expires_at=payment.expires_at,
    )


def refund_view(payment_id, refund):
    return RefundView(
        id=refund.id,
        payment_id=payment_id,
        amount=refund.amount,
        status=refund.status,
        reason=refund.reason,
        created_at=refund.created_at,
    )


class FakePaymentQueries(PaymentQueryPort):
    def __init__(self, database):
        self.database = database

    def payment(self, store, payment_id):
        return payment_view(*self._find(store, payment_id))

    def of_order(self, store, order_id):
        found = [payment for order, payment in self._of_store(store) if order == order_id]
        newest_first = sorted(found, key=lambda payment: -payment.number)
        return tuple(payment_view(order_id, payment) for payment in newest_first)

    def page(self, store, status, day, limit, after):
        found = [
            (order_id, payment)
            for order_id, payment in self._of_store(store)
            if status in (None, payment.status) and day in (None, payment.created_at.date())
        ]
        ordered = sorted(found, key=lambda one: self._position(one[1]), reverse=True)
        rest = [one for one in ordered if after is None or self._position(one[1]) < tuple(after)]
        items = tuple(payment_view(*one) for one in rest[:limit])
        more = len(rest) > limit
        return Page(items, self._position(items[-1]) if more else None)

    def refunds(self, store, payment_id):
        _, payment = self._find(store, payment_id)
        return tuple(refund_view(payment.id, refund) for refund in payment.refunds)

    def open_refunds(self):
        found = [
            OpenRefund(
                record.terms.store,
                record.terms.order_id,
                refund_view(payment.id, refund),
                refund.work.tries,
                refund.failure,
                refund.work.next_at,
            )
            for record, _ in self.database.books.charges.values()
            for payment in record.payments
            for refund in payment.refunds
            if refund.is_open
        ]
        return tuple(sorted(found, key=lambda one: (one.refund.created_at, one.refund.id)))

    def open_refunds_of(self, store, limit, after):
        def position(one):
            return (one.refund.created_at, one.refund.id)

        mine = [one for one in self.open_refunds() if one.store == store]
        rest = [one for one in mine if after is None or position(one) > tuple(after)]
        return Page(tuple(rest[:limit]), position(rest[limit - 1]) if len(rest) > limit else None)

    def _of_store(self, store):
        for record, _ in self.database.books.charges.values():
            if record.terms.store == store:
                for payment in record.payments:
                    yield record.terms.order_id, payment

    def _find(self, store, payment_id):
        for order_id, payment in self._of_store(store):
            if payment.id == payment_id:
                return order_id, payment
        raise UnknownPayment("no such payment")

    def _position(self, payment):
        return (payment.created_at, payment.id)


class FakeSurveyQuery(SurveyQueryPort):
    def __init__(self, database):
        self.database = database

    def survey(self, patience):
        now = self.database.now
        records = [record for record, _ in self.database.books.charges.values()]
        payments = [payment for record in records for payment in record.payments]
        undone = [
            (refund, self._first_try(payment, refund))
            for payment in payments
            for refund in payment.refunds
            if refund.is_open
        ]
        unanswered = [one for one in payments if one.status is PaymentStatus.CREATED]
        closing = [record for record in records if record.state is ChargeState.CLOSING]
        return MoneySurvey(
            refunds_open=len(undone),
            refunds_open_total=sum(refund.amount for refund, _ in undone),
            oldest_refund=max((now - since for _, since in undone), default=timedelta()),
            unanswered_too_long=sum(one.created_at < now - patience.unanswered for one in unanswered),
            closing_too_long=sum(one.closing_since < now - patience.closing for one in closing),
            refunding_too_long=sum(since < now - patience.refunding for _, since in undone),
        )

    def _first_try(self, payment, refund):
        since = refund.created_at
        alike = (refund.reason, refund.by_staff)
        for one in reversed(payment.refunds[: payment.refunds.index(refund)]):
            if (one.reason, one.by_staff) == alike and not one.is_open:
                if one.status is not RefundStatus.FAILED:
                    break
                since = min(since, one.created_at)
        return since
