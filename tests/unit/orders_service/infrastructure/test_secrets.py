import pytest
from argon2 import PasswordHasher

from orders_service.domain.cpf import Cpf
from orders_service.infrastructure.secrets import Argon2Passwords, KeyedCpfDigest, KeyedNameDigest
from tests.builders.orders_service import ANA

CPF = Cpf.parse(ANA)


@pytest.fixture
def passwords():
    return Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def test_a_password_matches_its_own_hash_alone(passwords):
    password_hash = passwords.hash("uma frase longa")
    assert passwords.matches("uma frase longa", password_hash)
    assert not passwords.matches("outra", password_hash)


def test_the_same_password_never_has_the_same_hash(passwords):
    assert passwords.hash("x") != passwords.hash("x")


def test_nobody_has_no_password(passwords):
    assert not passwords.matches("", None)
    assert not passwords.matches("uma frase longa", None)


def test_a_hash_that_is_none_matches_nothing(passwords):
    assert not passwords.matches("x", "not a hash")


def test_the_hashes_are_argon2id():
    assert Argon2Passwords().hash("x").startswith("$argon2id$")


def test_a_digest_depends_on_the_key_and_does_not_tell_the_cpf():
    one, other = KeyedCpfDigest("one key"), KeyedCpfDigest("another")
    assert one(CPF) == one(Cpf.parse("52998224725"))
    assert one(CPF) != other(CPF)
    assert len(one(CPF)) == 64
    assert CPF.digits not in one(CPF)


def test_a_digest_of_a_name_needs_the_key_and_is_not_the_one_of_a_cpf():
    one, other = KeyedNameDigest("one key"), KeyedNameDigest("another")
    assert one("gerente") == one("gerente") != one("Gerente")
    assert one("gerente") != other("gerente")
    assert one(CPF.digits) != KeyedCpfDigest("one key")(CPF)
    assert len(one("x" * 64)) == 64
