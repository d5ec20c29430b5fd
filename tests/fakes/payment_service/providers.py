"""A gateway for each account, all of them in memory."""

from payment_service.ports.provider_account_ports import ProvidersPort


class FakeProviders(ProvidersPort):
    """The platform's is the house's; `others` are those of stores, by store and the account's number."""

    def __init__(self, house, platform=None):
        self.house = house
        self.number = platform
        self.others = {}

    @property
    def platform(self):
        return self.number

    def of(self, store, collector):
        return self.house.gateway if collector in (None, self.number) else self.others.get((store, collector))
