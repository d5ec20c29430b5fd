"""Which menu a caller is shown."""

from orders_service.entrypoints.menu_usecases import MenuUseCases
from orders_service.entrypoints.usecases import UseCases
from servicekit.http.auth import current_principal


def menu_for_caller(usecases: UseCases) -> MenuUseCases:
    """Staff see what they have changed just now, with ETags that their next change can name."""
    return usecases.public_menu if current_principal() is None else usecases.menu
