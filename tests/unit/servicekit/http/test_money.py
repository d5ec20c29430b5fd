import pytest

from servicekit.http.money import format_centavos


@pytest.mark.parametrize(
    ("centavos", "shown"), [(5990, "59.90"), (0, "0.00"), (5, "0.05"), (-5, "-0.05"), (-12345, "-123.45")]
)
def test_centavos_are_shown_with_two_places(centavos, shown):
    assert format_centavos(centavos) == shown
