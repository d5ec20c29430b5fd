"""What happened in a storm, and when: in build/storm, to be read during the storm or after it."""

import time

from tests.servers.system import ROOT

FOLDER = ROOT / "build" / "storm"


class Chronicle:
    """The lines of one run; times are seconds since it began."""

    def __init__(self, name: str) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        self._path = FOLDER / f"{name}.log"
        self._path.write_text("", encoding="utf-8")
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._began

    def say(self, text: str) -> None:
        """Add a line."""
        with self._path.open("a", encoding="utf-8") as lines:
            lines.write(f"{self.seconds:6.1f} s  {text}\n")
