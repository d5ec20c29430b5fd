from xml.etree import ElementTree as ET

import pytest

from tests.measures.coverage_figures import Share
from tests.measures.coverage_pictures import BAR, badge, packages

PARTS = {"audit": Share(19, 20), "servicekit": Share(4, 6), "servicekit/http": Share(1, 1)}


def texts(picture):
    return ["".join(one.itertext()) for one in drawn(picture, "text")]


def drawn(picture, shape):
    root = ET.fromstring(picture)  # noqa: S314 - no stranger's: it was written a moment ago
    return root.iter(f"{{http://www.w3.org/2000/svg}}{shape}")


def test_the_badge_says_whole_percents_rounded_down():
    assert texts(badge(Share(989, 1000))) == ["coverage", "98%"]


@pytest.mark.parametrize(
    ("covered", "colour"),
    [(95, "#2e7d32"), (94, "#b26a00"), (80, "#b26a00"), (79, "#c62828"), (0, "#c62828")],
)
def test_a_colour_tells_how_good_it_is(covered, colour):
    (path,) = drawn(badge(Share(covered, 100)), "path")

    assert path.get("fill") == colour


def test_the_picture_has_a_row_for_each_part_with_its_figure():
    assert texts(packages(PARTS, Share(24, 27))) == [
        "Lines and branches that the tests run: 88.8 %",
        *("audit", "95.0 %"),
        *("servicekit", "66.6 %"),
        *("http", "100.0 %"),
    ]


def test_a_bar_is_as_long_as_its_share():
    bars = [int(one.get("width")) for one in drawn(packages(PARTS, Share(24, 27)), "rect")][2::2]

    assert bars == [BAR * 95 // 100, BAR * 666 // 1000, BAR]


def test_the_picture_is_high_enough_for_its_last_row():
    picture = packages(PARTS, Share(24, 27))
    last = max(int(one.get("y")) for one in drawn(picture, "text"))

    (whole,) = drawn(picture, "svg")
    assert last < int(whole.get("height"))
