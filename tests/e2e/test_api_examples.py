"""The examples of the documents are what a system answers today: recorded anew, they are of one kind."""

from standalone.api.command import EXAMPLES, record
from standalone.api.examples import Examples


def test_a_system_of_today_answers_every_example_of_the_documents():
    kept, anew = Examples.read(EXAMPLES), record()

    assert kinds(anew) == kinds(kept)


def kinds(examples):
    answers = {name: sorted(known["answers"]) for name, known in examples.operations.items()}
    return answers, sorted(examples.problems), sorted(examples.events)
