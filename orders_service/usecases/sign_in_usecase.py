"""When a member of staff shows the right password, they get a token that says who they are."""

from dataclasses import dataclass, field

from orders_service.domain.staff import Staff
from orders_service.ports.secrets_ports import AccessToken, NameDigest, PasswordPort, TokenIssuer
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who they say they are."""

    store: str
    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignInUseCase:
    """Signs staff in. Whose sign-ins failed is kept as a digest: people type all kinds of things there."""

    uow: UnitOfWorkFactory
    passwords: PasswordPort
    digest: NameDigest
    issue_token: TokenIssuer

    def execute(self, request: SignIn) -> AccessToken | None:
        """The token; None where name or password are wrong, after the same time, with no sign of which.

        Raises TooManyFailures, whether or not anybody bears the name.
        """
        staff = self._find(request)
        known_hash = staff.password_hash if staff is not None else None
        # Outside of any transaction: a hash is slow on purpose.
        if not self.passwords.matches(request.password, known_hash) or staff is None:
            self._count_failure(request)
            return None
        self._forget_failures(request)
        return self.issue_token(staff)

    def _find(self, request: SignIn) -> Staff | None:
        with self.uow() as uow:
            failures = uow.sign_in_failures.find(request.store, self.digest(request.username))
            if failures is not None:
                failures.require_unlocked(uow.now())
            return uow.staff.find(request.store, request.username)

    def _count_failure(self, request: SignIn) -> None:
        with self.uow() as uow:
            now = uow.now()
            failures = uow.sign_in_failures.lock(request.store, self.digest(request.username), now)
            uow.sign_in_failures.save(failures.one_more(now))
            uow.commit()

    def _forget_failures(self, request: SignIn) -> None:
        with self.uow() as uow:
            uow.sign_in_failures.forget(request.store, self.digest(request.username))
            uow.commit()
