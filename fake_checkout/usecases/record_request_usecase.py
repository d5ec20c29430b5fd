"""Testers want to know what the emulator was asked."""

from dataclasses import dataclass

from fake_checkout.ports.unit_of_work_port import RecordedRequest, UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class RecordRequestRequest:
    """A call and its answer; `status` is None where the connection was cut."""

    method: str
    path: str
    headers: dict[str, str]
    body: str
    status: int | None


@dataclass(frozen=True, slots=True)
class RecordRequest:
    """When a call was answered, then it is written down, whatever became of it."""

    uow: UnitOfWorkFactory

    def execute(self, request: RecordRequestRequest) -> None:
        """Write it down."""
        with self.uow() as uow:
            uow.workbench.record(
                RecordedRequest(
                    at=uow.now(),
                    method=request.method,
                    path=request.path,
                    headers=request.headers,
                    body=request.body,
                    status=request.status,
                )
            )
            uow.commit()
