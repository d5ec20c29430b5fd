"""What was released: the sources that a rolling update has running beside today's, and the rules of change.

An archive for each release, made at its commit: docs/operations.md says how.
"""

import json
import tarfile
from pathlib import Path

HERE = Path(__file__).parent
SUFFIX = ".tar.xz"


def versions() -> list[str]:
    """Every release that is kept, oldest first."""
    kept = [path.name.removesuffix(SUFFIX) for path in HERE.glob(f"*{SUFFIX}")]
    return sorted(kept, key=lambda version: [int(part) for part in version.split(".")])


def unpack(version: str, folder: Path) -> Path:
    """Put the release's sources into the folder, and return it."""
    with tarfile.open(HERE / f"{version}{SUFFIX}") as archive:
        archive.extractall(folder, filter="data")
    return folder


def texts(version: str, below: str) -> dict[str, str]:
    """The release's text files below a path, by their names."""
    found = {}
    with tarfile.open(HERE / f"{version}{SUFFIX}") as archive:
        for member in archive.getmembers():
            path = Path(member.name)
            if member.isfile() and path.is_relative_to(below):
                file = archive.extractfile(member)
                found[path.name] = file.read().decode() if file is not None else ""
    return found


def event_schemas(version: str) -> dict[str, dict[str, object]]:
    """The release's schemas of events, by the type of event."""
    files = texts(version, "docs/events")
    return {name.removesuffix(".schema.json"): json.loads(text) for name, text in files.items()}
