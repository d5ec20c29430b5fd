"""Every way that an order can go, on the running system, as `./run demo` plays it."""

import pytest

from standalone.demo_client import DemoClient
from standalone.demo_stories import STORIES, Story
from tests.servers.system import System


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.title.lower().replace(" ", "-"))
def test_an_order_ends_as_its_story_says(system: System, story: Story):
    story.play(DemoClient(system.url, system.emulator))
