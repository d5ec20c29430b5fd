import pytest
from structlog.testing import capture_logs

from tests.integration.matrix.world import World


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with capture_logs():
        world = World(tmp_path_factory.mktemp("matrix"))
    yield world
    world.close()


@pytest.fixture(autouse=True)
def quiet():
    """Thousands of requests; what is wrong with one of them is told in a line of its own."""
    with capture_logs():
        yield
