from collections.abc import Iterator

import pytest

from tests.simulation import houses
from tests.simulation.world import World


@pytest.fixture
def world() -> Iterator[World]:
    """A restaurant of its own, embedded, with nothing ordered yet."""
    with houses.embedded() as world:
        yield world
