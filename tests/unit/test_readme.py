"""What the README shows is so, and its Portuguese says the same."""

import configparser
import re
from itertools import permutations
from pathlib import Path

import grimp
import pytest

from standalone.demo_stories import STORIES
from standalone.welcome import welcome

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PORTUGUESE = (ROOT / "README.pt-BR.md").read_text(encoding="utf-8")


def test_the_arrows_of_the_picture_are_the_imports_between_the_packages():
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    packages = settings["importlinter"]["root_packages"].split()
    picture = re.search(r"<!-- imports -->\n```mermaid\n(.*?)```", README, re.DOTALL)
    assert picture, "the README has no picture marked as that of the imports"

    graph = grimp.build_graph(*packages, cache_dir=None)
    imports = {
        (importer, imported)
        for importer, imported in permutations(packages, 2)
        if graph.direct_import_exists(importer=importer, imported=imported, as_packages=True)
    }

    assert set(re.findall(r"^\s*(\w+) --> (\w+)$", picture[1], re.MULTILINE)) == imports


def test_the_start_is_shown_as_it_is_printed(capsys: pytest.CaptureFixture[str]):
    welcome("http://localhost:5000")

    assert capsys.readouterr().out.strip() in README


def test_the_demo_is_shown_with_its_stories():
    shown = re.findall(r"^(\d)\. (.*)\n   (.*)$", README, re.MULTILINE)

    assert shown
    for number, title, lesson in shown:
        story = STORIES[int(number) - 1]
        assert (title, lesson) == (story.title, story.lesson)
    assert f"\nAll {len(STORIES)} orders ended as they should.\n" in README


def headings(text: str) -> list[tuple[str, str]]:
    """The rank of each, as its signs, and its words."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return re.findall(r"^(#+) (.*)$", prose, re.MULTILINE)


def blocks(text: str) -> list[tuple[str, str, str]]:
    """The mark of each block, its language, and of what it says all that is the same in every language."""
    found = re.findall(r"(?:<!-- (step: .*?) -->\n)?```(\w*)\n(.*?)```", text, re.DOTALL)
    return [(mark, language, _untranslated(language, body)) for mark, language, body in found]


def _untranslated(language: str, body: str) -> str:
    if language == "mermaid":
        return re.sub(r"(:|\balt|\belse|\bopt|-\.) .*?(?= \.->|$)", _names, body, flags=re.MULTILINE)
    if language or body.startswith("$"):
        return body
    return re.sub(r" {2,}.*", "", body)  # commands, and what each of them does


def _names(label: re.Match[str]) -> str:
    """Of a label the events and states in it."""
    return " ".join([label[1], *re.findall(r"\w+\.\w+|[A-Z_]{4,}", label[0])])


def links(text: str) -> list[str]:
    return [link for link in re.findall(r"\]\(([^)#][^)]*)\)", text) if not link.startswith("README")]


def beginnings(text: str) -> list[str]:
    """Of each line the signs that it begins with: those of a heading, an entry, a row, a block, or none."""
    return re.findall(r"^[^\w\s]*", text, re.MULTILINE)


def contents(text: str) -> list[str]:
    return re.findall(r"^- \[(.*?)\]\(#", text, re.MULTILINE)


def rows(text: str) -> list[str]:
    """The first column of tables and the beginnings of lists: what is told of is the same."""
    return re.findall(r"^(?:\||-) (`[^`]*`|\[docs[^]]*\])", text, re.MULTILINE)


@pytest.mark.parametrize("part", [blocks, links, rows], ids=lambda part: part.__name__)
def test_both_languages_have_the_same(part):
    assert part(README)
    assert part(PORTUGUESE) == part(README)


def test_both_languages_have_a_line_for_each_line_of_the_other():
    assert beginnings(PORTUGUESE) == beginnings(README)


@pytest.mark.parametrize("text", [README, PORTUGUESE], ids=["english", "portuguese"])
def test_the_contents_are_the_chapters(text):
    assert contents(text) == [title for rank, title in headings(text) if rank == "##"]


def test_each_language_leads_to_the_other_at_once():
    assert "(README.pt-BR.md)" in "".join(README.splitlines()[:5])
    assert "(README.md)" in "".join(PORTUGUESE.splitlines()[:5])
