"""The picture of the house in the README is the house."""

import configparser
import re
from itertools import permutations
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]


def test_the_arrows_of_the_picture_are_the_imports_between_the_packages():
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    packages = settings["importlinter"]["root_packages"].split()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    picture = re.search(r"<!-- imports -->\n```mermaid\n(.*?)```", readme, re.DOTALL)
    assert picture, "the README has no picture marked as that of the imports"

    graph = grimp.build_graph(*packages, cache_dir=None)
    imports = {
        (importer, imported)
        for importer, imported in permutations(packages, 2)
        if graph.direct_import_exists(importer=importer, imported=imported, as_packages=True)
    }

    assert set(re.findall(r"^\s*(\w+) --> (\w+)$", picture[1], re.MULTILINE)) == imports
