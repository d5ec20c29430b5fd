import pytest

from orders_service.domain.staff import (
    OPERATOR,
    SHORTEST_PASSWORD,
    Role,
    Staff,
    StaffKeeper,
    check_credentials,
)
from orders_service.domain.staff_errors import (
    InvalidUsername,
    LastManager,
    NotYourself,
    RoleForbidden,
    StaffNotFound,
    WeakPassword,
)

MANAGER = StaffKeeper("gerente", Role.MANAGER)
ADMIN = StaffKeeper("admin", Role.ADMIN)
COOK = StaffKeeper("cozinha", Role.KITCHEN)


def member(username, role):
    return Staff("default", username, "hash", role)


@pytest.mark.parametrize("username", ["gerente", "joão.silva@loja+1", "x" * 64, "...", ".a"])
def test_a_long_password_will_do(username):
    check_credentials(username, "uma frase longa")
    check_credentials(username, "x" * SHORTEST_PASSWORD)


@pytest.mark.parametrize("username", ["", "a/b", "a b", "a\n", "x" * 65, "<ana>", ".", ".."])
def test_what_cannot_be_part_of_a_path_is_no_username(username):
    with pytest.raises(
        InvalidUsername, match=r"^A username has 1 to 64 letters, digits, or any of . _ @ . -$"
    ):
        check_credentials(username, "uma frase longa")


@pytest.mark.parametrize("password", ["curta", "GerenteDaLoja"])
def test_a_short_password_or_the_name_itself_will_not_do(password):
    with pytest.raises(WeakPassword, match=f"^A password has at least {SHORTEST_PASSWORD} characters "):
        check_credentials("gerentedaloja", password)


def test_a_member_of_staff_does_not_show_the_hash():
    assert "secret" not in repr(Staff("default", "gerente", "secret", Role.MANAGER))


@pytest.mark.parametrize(
    ("keeper", "role"),
    [
        (MANAGER, Role.KITCHEN),
        (MANAGER, Role.MANAGER),
        *((keeper, role) for keeper in (ADMIN, OPERATOR) for role in Role),
    ],
)
def test_a_manager_adds_all_but_admins_and_an_admin_adds_anybody(keeper, role):
    keeper.require_may_add(role)


@pytest.mark.parametrize(("keeper", "role"), [(MANAGER, Role.ADMIN), *((COOK, role) for role in Role)])
def test_nobody_makes_somebody_of_a_role_above_their_own(keeper, role):
    with pytest.raises(RoleForbidden, match=f"the role {keeper.role} .* {role}"):
        keeper.require_may_add(role)


@pytest.mark.parametrize(
    ("keeper", "leaving"),
    [
        (MANAGER, member("cozinha", Role.KITCHEN)),
        (MANAGER, member("outro", Role.MANAGER)),
        (ADMIN, member("gerente", Role.MANAGER)),
        (ADMIN, member("outro", Role.ADMIN)),
        (ADMIN, member("admin", Role.MANAGER)),  # the same name in another store is somebody else
    ],
)
def test_whom_one_may_add_one_may_remove(keeper, leaving):
    keeper.require_may_remove(leaving, ["gerente", "outro"])


@pytest.mark.parametrize(
    ("keeper", "leaving", "managers", "error", "said"),
    [
        (MANAGER, member("gerente", Role.MANAGER), ["gerente", "outro"], NotYourself, "Ask somebody else"),
        (ADMIN, member("admin", Role.ADMIN), ["gerente"], NotYourself, "Ask somebody else to remove you.$"),
        (ADMIN, member("gerente", Role.MANAGER), ["gerente"], LastManager, "gerente"),
        (MANAGER, member("admin", Role.ADMIN), ["gerente"], StaffNotFound, ".*admin"),
        (COOK, member("gerente", Role.MANAGER), ["gerente", "outro"], StaffNotFound, ".*gerente"),
    ],
)
def test_who_is_needed_or_is_above_stays(keeper, leaving, managers, error, said):
    with pytest.raises(error, match=f"^{said}"):
        keeper.require_may_remove(leaving, managers)
