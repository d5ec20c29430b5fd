import time

from servicekit.database.commits import Commits
from tests.fakes.servicekit.deadlines import Work


def test_who_waits_goes_on_with_the_next_commit():
    commits = Commits()
    seen = commits.count
    waiting = Work(lambda: commits.wait(seen, 60))
    commits.add()
    waiting.result()


def test_a_commit_between_looking_and_waiting_is_not_missed():
    commits = Commits()
    seen = commits.count
    commits.add()
    Work(lambda: commits.wait(seen, 60)).result()


def test_nobody_waits_longer_than_asked():
    began = time.monotonic()
    Commits().wait(0, 0.01)
    assert time.monotonic() - began < 20
