from pathlib import Path

from servicekit.http.auth import TokenIssuer, TokenVerifier
from standalone.keys import key_pair


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
