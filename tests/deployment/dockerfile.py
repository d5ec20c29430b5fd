"""Dockerfiles, as far as what they make depends on the rest of the repository."""

import json
import re
import shlex
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.deployment.cluster import ROOT

IMAGES = {
    "comanda/orders_service": "orders_service/Dockerfile",
    "comanda/payment_service": "payment_service/Dockerfile",
    "comanda/fake_checkout": "fake_checkout/Dockerfile",
    "comanda/gateway": "infra/gateway/Dockerfile",
}
"""Where each image of ours comes from; the context is the repository's root."""


@dataclass(frozen=True)
class Dockerfile:
    """One file's instructions."""

    text: str

    @classmethod
    def of(cls, image: str) -> "Dockerfile":
        """That of an image of ours, whichever its tag. Raises KeyError."""
        return cls((ROOT / IMAGES[image.partition(":")[0]]).read_text(encoding="utf-8"))

    @cached_property
    def instructions(self) -> list[tuple[str, str]]:
        """Of all stages: the word, and what follows it on one line."""
        lines = [line for line in self.text.splitlines() if not line.lstrip().startswith("#")]
        joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
        parts = (line.split(maxsplit=1) for line in joined.splitlines() if line.strip())
        return [(word.upper(), rest) for word, rest in parts]

    @cached_property
    def last_stage(self) -> list[tuple[str, str]]:
        """Of what the image is."""
        begin = max(number for number, (word, _) in enumerate(self.instructions) if word == "FROM")
        return self.instructions[begin:]

    @property
    def environ(self) -> dict[str, str]:
        """The image's own variables."""
        settings = [one for word, rest in self.last_stage if word == "ENV" for one in shlex.split(rest)]
        return dict(one.split("=", 1) for one in settings)

    @property
    def ports(self) -> set[int]:
        return {int(port) for word, rest in self.last_stage if word == "EXPOSE" for port in rest.split()}

    @property
    def user(self) -> str:
        return next((rest for word, rest in reversed(self.last_stage) if word == "USER"), "root")

    @property
    def command(self) -> list[str]:
        """What it runs where nobody says anything else."""
        return next((json.loads(rest) for word, rest in self.last_stage if word == "CMD"), [])

    @property
    def copied(self) -> list[str]:
        """Paths of the repository that enter it."""
        copies = [rest.split() for word, rest in self.instructions if word in {"COPY", "ADD"}]
        plain = [
            [part for part in parts if not part.startswith("--")] for parts in copies if not _is_from(parts)
        ]
        return [path for parts in plain for path in parts[:-1]]


def _is_from(parts: list[str]) -> bool:
    return any(part.startswith("--from=") for part in parts)


def context() -> list[Path]:
    """The patterns that let files into a build: the others stay out."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    return [Path(line.removeprefix("!")) for line in lines if line.startswith("!")]
