import pytest

from servicekit.http.server_settings import ServerSettings
from servicekit.settings import SettingsError, load


def test_without_a_word_a_server_starts():
    assert load(ServerSettings, {}) == ServerSettings(threads=16, drain_seconds=0, graceful_seconds=20)


def test_a_server_may_drain_until_just_before_it_has_to_end():
    settings = load(ServerSettings, {"DRAIN_SECONDS": "4.9", "GRACEFUL_SECONDS": "5"})
    assert (settings.drain_seconds, settings.graceful_seconds) == (4.9, 5)


@pytest.mark.parametrize("drain", ["20", "25", "-1", "nan", "inf"])
def test_a_server_that_would_be_killed_amid_its_draining_does_not_start(drain):
    with pytest.raises(SettingsError, match="DRAIN_SECONDS"):
        load(ServerSettings, {"DRAIN_SECONDS": drain, "GRACEFUL_SECONDS": "20"})


@pytest.mark.parametrize("threads", ["0", "-1"])
def test_a_server_without_threads_does_not_start(threads):
    with pytest.raises(SettingsError, match="THREADS"):
        load(ServerSettings, {"THREADS": threads})


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(SettingsError, match=r"THREADS.*DRAIN_SECONDS"):
        load(ServerSettings, {"THREADS": "0", "DRAIN_SECONDS": "20"})
