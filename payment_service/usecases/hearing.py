"""What the provider says of a payment that its charge did not ask about comes to the charge."""

from payment_service.domain.provider import ProviderPayment
from payment_service.domain.provider_account import Payee
from payment_service.ports.provider_account_ports import ProvidersPort
from payment_service.ports.unit_of_work_port import IdSource, UnitOfWorkPort


def hear(
    uow: UnitOfWorkPort, providers: ProvidersPort, payee: Payee, answer: ProviderPayment, new_id: IdSource
) -> bool:
    """Whether it is a payment of ours; its charge is saved, not committed. Raises ContradictingAnswer.

    The platform is paid for any store; a store's own account says nothing of another's orders.
    """
    charge = uow.charges.of_answer(answer, store=payee.store)
    if charge is None:
        return False
    collector = payee.collector or providers.platform
    known = charge.hear(answer, now=uow.now(), new_id=new_id, collector=collector)
    uow.charges.save(charge)
    return known
