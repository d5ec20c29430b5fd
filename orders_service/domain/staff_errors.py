"""What can go wrong about staff, and signing in."""

from datetime import timedelta

from orders_service.domain.errors import DomainError


class UsernameTaken(DomainError):
    """The store has a member of staff of that name."""

    slug = "username-taken"
    kind = "conflict"
    title = "Username taken"

    def __init__(self, username: str) -> None:
        super().__init__(f"The store has somebody called {username} already.")


class WeakPassword(DomainError):
    """The password is too short, or is the username."""

    slug = "weak-password"
    kind = "invalid"
    title = "Weak password"


class InvalidUsername(DomainError):
    """The text cannot be a username."""

    slug = "invalid-username"
    kind = "invalid"
    title = "Invalid username"


class RoleForbidden(DomainError):
    """Nobody makes somebody of a role above their own."""

    slug = "role-forbidden"
    kind = "forbidden"
    title = "Role forbidden"

    def __init__(self, own: str, wanted: str) -> None:
        super().__init__(f"With the role {own} nobody makes somebody {wanted}.")


class StaffNotFound(DomainError):
    """The store has no such member of staff, or none that the caller may see."""

    slug = "staff-not-found"
    kind = "not_found"
    title = "Staff not found"

    def __init__(self, username: str) -> None:
        super().__init__(f"The store has nobody called {username}.")


class NotYourself(DomainError):
    """Nobody removes themselves: somebody has to be left who can add staff again."""

    slug = "not-yourself"
    kind = "conflict"
    title = "Not yourself"


class LastManager(DomainError):
    """A store keeps a manager: add the next one first."""

    slug = "last-manager"
    kind = "conflict"
    title = "Last manager"

    def __init__(self, username: str) -> None:
        super().__init__(f"{username} is the store's last manager: add the next one first.")


class TooManyFailures(DomainError):
    """Signing in under this name failed too often in a row. `wait` is how long it is locked."""

    slug = "too-many-requests"
    kind = "unavailable"
    title = "Too many requests"

    def __init__(self, wait: timedelta) -> None:
        super().__init__("Too many sign-ins failed. Try again later.")
        self.wait = wait
