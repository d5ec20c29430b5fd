"""When a member of staff shows the right password, they get a token that says who they are."""

from dataclasses import dataclass, field

from orders_service.ports.secrets_ports import AccessToken, PasswordPort, TokenIssuer
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who they say they are."""

    store: str
    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignInUseCase:
    """Signs staff in."""

    uow: UnitOfWorkFactory
    passwords: PasswordPort
    issue_token: TokenIssuer

    def execute(self, request: SignIn) -> AccessToken | None:
        """The token; None where name or password are wrong, after the same time, with no sign of which."""
        with self.uow() as uow:
            staff = uow.staff.find(request.store, request.username)
        known_hash = staff.password_hash if staff is not None else None
        if not self.passwords.matches(request.password, known_hash) or staff is None:
            return None
        return self.issue_token(staff)
