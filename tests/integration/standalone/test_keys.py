from pathlib import Path

import pytest

from orders_service.settings import DEMO_CPF_KEY, DEMO_PERSONAL_DATA_KEY, Settings
from servicekit.http.auth import TokenIssuer, TokenVerifier
from servicekit.settings import load
from standalone.keys import key_pair, own_keys


def test_a_key_pair_is_made_once_and_its_owner_alone_can_read_it(tmp_path: Path):
    first = key_pair(tmp_path, {})
    assert key_pair(tmp_path, {}) == first
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    TokenIssuer(first["JWT_PRIVATE_KEY"], 60)
    TokenVerifier(first["JWT_PUBLIC_KEY"])


def test_what_an_interrupted_start_left_behind_does_no_harm(tmp_path: Path):
    (tmp_path / "jwt_private_key.new").write_text("half a k")
    assert key_pair(tmp_path, {}) == key_pair(tmp_path, {})


def test_keys_given_by_the_environment_are_not_made(tmp_path: Path):
    assert key_pair(tmp_path, {"JWT_PUBLIC_KEY": "given"}) == {}
    assert list(tmp_path.iterdir()) == []


def test_the_keys_of_personal_data_are_of_this_folder_alone_and_fit_for_production(tmp_path: Path):
    (tmp_path / "other").mkdir()
    mine, others = (own_keys(folder, {}) for folder in (tmp_path, tmp_path / "other"))
    assert own_keys(tmp_path, {}) == mine
    assert not set(mine.values()) & {*others.values(), DEMO_CPF_KEY, DEMO_PERSONAL_DATA_KEY}
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in tmp_path.iterdir() if path.is_file())
    load(
        Settings, {"DATABASE_URL": "sqlite://", "BROKER_URL": "amqp://b", "ENVIRONMENT": "production", **mine}
    )


@pytest.mark.parametrize("variable", ["CPF_DIGEST_KEY", "PERSONAL_DATA_KEYS"])
def test_a_secret_given_by_the_environment_is_not_made(tmp_path: Path, variable: str):
    assert variable not in own_keys(tmp_path, {variable: "given"})
    assert not (tmp_path / variable.lower()).exists()
