from dataclasses import dataclass, fields

import pytest

from servicekit.settings import Described, SettingsError, describe, load, setting


@dataclass(frozen=True)
class Example:
    name: str = setting("NAME", meaning="who speaks")
    count: int = setting("COUNT", meaning="how many", default=3)
    seconds: float = setting("SECONDS", meaning="how long, seconds", default=0.5)
    on: bool = setting("ON", meaning="whether", default=True)
    address: str | None = setting("ADDRESS", meaning="where", default=None)
    words: tuple[str, ...] = setting("WORDS", meaning="which", default=("a", "b"))
    password: str = setting("PASSWORD", meaning="for the door", default="hunter2", secret=True)


def test_defaults_stand_where_the_environment_says_nothing():
    settings = load(Example, {"NAME": "ana", "UNRELATED": "x"})

    assert settings == Example(name="ana")
    assert settings.seconds == 0.5


def test_every_type_is_read_from_text():
    environment = {
        "NAME": " ana ",
        "COUNT": "-12",
        "SECONDS": "1.25",
        "ON": "off",
        "ADDRESS": "http://there",
        "WORDS": "one, two,,three",
        "PASSWORD": "s3cret",
    }

    settings = load(Example, environment)

    read = [getattr(settings, field.name) for field in fields(Example)]
    assert read == ["ana", -12, 1.25, False, "http://there", ("one", "two", "three"), "s3cret"]


@pytest.mark.parametrize("text", ["on", "true", "1", "yes"])
def test_a_switch_is_on_by_the_usual_words(text):
    assert load(Example, {"NAME": "ana", "ON": text}).on is True


def test_an_empty_variable_counts_as_absent():
    assert load(Example, {"NAME": "ana", "COUNT": " "}).count == 3


def test_all_that_is_wrong_is_said_at_once_and_no_value_is_shown():
    with pytest.raises(SettingsError) as caught:
        load(Example, {"COUNT": "many-secrets", "SECONDS": "nan", "ON": "perhaps"})

    text = str(caught.value)
    assert "NAME is required (who speaks)" in text
    assert "COUNT is not a valid number" in text
    assert "SECONDS is not a valid number" in text
    assert "ON is not a valid choice of on or off" in text
    assert "many-secrets" not in text


def test_secrets_are_not_in_the_text_of_settings():
    assert "hunter2" not in repr(Example(name="ana"))
    assert "ana" in repr(Example(name="ana"))


def test_settings_are_described_for_help_without_their_secrets():
    assert describe(Example) == [
        Described("NAME", "required", "who speaks"),
        Described("COUNT", "3", "how many"),
        Described("SECONDS", "0.5", "how long, seconds"),
        Described("ON", "on", "whether"),
        Described("ADDRESS", "", "where"),
        Described("WORDS", "a,b", "which"),
        Described("PASSWORD", "(secret)", "for the door"),
    ]


def test_a_switch_that_is_off_is_described_so():
    @dataclass(frozen=True)
    class Off:
        on: bool = setting("ON", meaning="whether", default=False)

    assert describe(Off) == [Described("ON", "off", "whether")]
