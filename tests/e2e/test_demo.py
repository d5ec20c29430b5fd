"""`./run demo`, as a newcomer sees it."""

import subprocess
import sys

from standalone.demo_stories import STORIES
from tests.servers.system import ROOT


def test_the_demo_shows_every_story_with_its_timeline_and_ends_well():
    ended = subprocess.run(
        [sys.executable, "-m", "standalone", "demo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for story in STORIES:
        assert story.title in ended.stdout
    for event in ("order.placed.v1", "payment.approved.v1", "payment.closed.v1", "payment.refunded.v1"):
        assert event in ended.stdout
