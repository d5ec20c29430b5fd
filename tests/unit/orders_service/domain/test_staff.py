import pytest

from orders_service.domain.errors import WeakPassword
from orders_service.domain.staff import Role, Staff, check_password


def test_a_long_password_will_do():
    check_password("gerente", "uma frase longa")


@pytest.mark.parametrize("password", ["curta", "GerenteDaLoja"])
def test_a_short_password_or_the_name_itself_will_not_do(password):
    with pytest.raises(WeakPassword):
        check_password("gerentedaloja", password)


def test_a_member_of_staff_does_not_show_the_hash():
    assert "secret" not in repr(Staff("default", "gerente", "secret", Role.MANAGER))
