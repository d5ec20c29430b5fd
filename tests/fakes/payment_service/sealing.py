"""Sealing without any secret."""

from payment_service.ports.sealing_port import CannotUnseal, SealingPort
from tests.fakes.servicekit.sealing import TurnsAround


class FakeSealing(TurnsAround, SealingPort):
    cannot_unseal = CannotUnseal
