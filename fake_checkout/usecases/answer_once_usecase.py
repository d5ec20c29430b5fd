"""A request under an idempotency key has one effect, however often it is sent."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from fake_checkout.domain.errors import IdempotencyKeyReused
from fake_checkout.domain.switches import Switches
from fake_checkout.ports.unit_of_work_port import Answer, UnitOfWorkFactory

CREATED = 201


@dataclass(frozen=True, slots=True)
class AnswerOnceRequest:
    """`scope` is whose key it is and for what; `make` has the effect and tells status and body."""

    scope: str
    key: str
    fingerprint: str
    make: Callable[[], tuple[int, str]]


@dataclass(frozen=True, slots=True)
class AnswerOnce:
    """When a key comes again within its life, then its first answer is given again and nothing else happens.

    How long it lives, and under which status an answer is given again, is what the switches say.

    Effect and answer are kept together. Raises IdempotencyKeyReused where another body comes with the key,
    IdempotencyKeyInFlight while another process makes the answer, and whatever `make` raises; then nothing
    is kept.
    """

    uow: UnitOfWorkFactory
    switches: Callable[[], Switches]

    def execute(self, request: AnswerOnceRequest) -> Answer:
        """Answer it."""
        switches = self.switches()
        with self.uow() as uow:
            now = uow.now()
            kept = uow.answers.find(request.scope, request.key, since=now - life_of_keys(switches))
            if kept is None:
                status, body = request.make()
                answer = Answer(request.fingerprint, status, body)
                uow.answers.keep(request.scope, request.key, answer, now)
                uow.commit()
                return answer
            if kept.fingerprint != request.fingerprint:
                message = f"key {request.key} was used with another body"
                raise IdempotencyKeyReused(message)
            return replace(kept, status=int(switches["replay"])) if kept.status == CREATED else kept


def life_of_keys(switches: Switches) -> timedelta:
    """How long an answer is given again."""
    return timedelta(hours=int(switches["key_hours"]))
