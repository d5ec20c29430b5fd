import pytest

from orders_service.domain.client import Client


@pytest.mark.parametrize(
    ("name", "first"), [("Ana", "Ana"), ("Ana Souza", "Ana"), ("João Pedro da Silva", "João"), ("", "")]
)
def test_the_first_name_is_what_comes_before_the_first_space(name, first):
    assert Client("id", name).first_name == first
