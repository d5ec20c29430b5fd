"""The Dockerfiles held to the repository: what they copy, open, run as, and set."""

import re

import pytest

from tests.deployment.cluster import ROOT
from tests.deployment.dockerfile import IMAGES, Dockerfile, context
from tests.deployment.process import OF_PYTHON, settings_of

SERVICES = sorted(set(IMAGES) - {"comanda/gateway"})


@pytest.fixture(params=IMAGES)
def file(request):
    return Dockerfile.of(request.param)


def faults(file):
    """What of a Dockerfile does not fit to the repository."""
    for path in file.copied:
        if not (ROOT / path).exists():
            yield f"{path} does not exist"
        elif not any((ROOT / path) in ROOT.glob(str(let)) or path.startswith(f"{let}/") for let in context()):
            yield f"{path} is kept out by .dockerignore"
    if not re.fullmatch(r"[1-9]\d*(:\d+)?", file.user):
        yield f"runs as {file.user}"
    listens = {int(value) for name, value in file.environ.items() if re.search(r"(^|_)(PORT|LISTEN)$", name)}
    if file.ports != listens - {443}:
        yield f"opens {file.ports}, listens on {listens}"
    if not any(word == "HEALTHCHECK" for word, _ in file.last_stage):
        yield "nobody asks whether it is well"


def test_what_it_says_is_so(file):
    assert list(faults(file)) == []


@pytest.mark.parametrize("image", SERVICES)
def test_what_an_image_sets_is_a_setting_of_its_service(image):
    set_here = set(Dockerfile.of(image).environ)
    assert set_here - OF_PYTHON <= settings_of(image.removeprefix("comanda/"))


@pytest.mark.parametrize("image", SERVICES)
def test_an_image_begins_with_a_version_of_python_that_is_named(image):
    text = Dockerfile.of(image).text
    assert re.search(r"^ARG PYTHON=python:3\.\d+-slim-\w+$", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("line", "other", "fault"),
    [
        ("COPY servicekit servicekit", "COPY nothing nothing", "nothing does not exist"),
        ("COPY servicekit servicekit", "COPY docs docs", "docs is kept out by .dockerignore"),
        ("USER 10001:10001\nEXPOSE", "USER comanda\nEXPOSE", "runs as comanda"),
        ("EXPOSE 8000 9000", "EXPOSE 8000", "opens {8000}, listens on {8000, 9000}"),
        ("HEALTHCHECK", "LABEL", "nobody asks whether it is well"),
    ],
)
def test_what_is_not_so_is_found(line, other, fault):
    text = Dockerfile.of("comanda/orders_service").text
    assert line in text
    assert fault in list(faults(Dockerfile(text.replace(line, other))))
