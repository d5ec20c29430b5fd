"""schemathesis finds no answer of a running system that its document does not tell of.

A few calls for each operation, always the same ones; `python -m tests.api.fuzz` makes many more.
"""

from tests.api.fuzz import fuzz

CALLS_OF_EACH_KIND = 3
SEED = 1


def test_a_running_system_answers_as_its_document_says():
    told = fuzz(CALLS_OF_EACH_KIND, SEED, "examples,fuzzing")

    assert told.returncode == 0, told.stdout[-8000:]
    assert " passed" in told.stdout
