import threading

import pytest

from servicekit.observability.context import (
    Correlation,
    correlated,
    current_correlation,
    new_traceparent,
    valid_request_id,
    valid_traceparent,
)


def test_outside_of_any_work_there_are_no_ids():
    assert current_correlation() == Correlation(None, None, None)


def test_ids_hold_for_the_block_and_for_nothing_after_it():
    outer, inner = Correlation("outer"), Correlation("inner")

    with correlated(outer):
        with correlated(inner):
            assert current_correlation() == inner
        assert current_correlation() == outer

    assert current_correlation() == Correlation()


def test_a_block_that_raises_gives_the_ids_back():
    with pytest.raises(KeyError), correlated(Correlation("x")):
        raise KeyError

    assert current_correlation() == Correlation()


def test_threads_do_not_share_ids():
    seen = []

    with correlated(Correlation("mine")):
        thread = threading.Thread(target=lambda: seen.append(current_correlation()))
        thread.start()
        thread.join(10)

    assert seen == [Correlation()]


@pytest.mark.parametrize("text", ["a", "0192-abc_DEF.1:2", "x" * 128])
def test_a_harmless_request_id_is_kept(text):
    assert valid_request_id(text) == text


@pytest.mark.parametrize("text", [None, "", "x" * 129, "a b", "a\nb", "a\n", "<script>", "é"])
def test_any_other_request_id_is_refused(text):
    assert valid_request_id(text) is None


def test_a_new_traceparent_is_valid():
    made = new_traceparent()

    assert valid_traceparent(made) == made
    assert new_traceparent() != made


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "00-" + "0" * 32 + "-" + "1" * 16 + "-01",
        "00-" + "1" * 32 + "-" + "0" * 16 + "-01",
        "ff-" + "1" * 32 + "-" + "1" * 16 + "-01",
        "00-" + "A" * 32 + "-" + "1" * 16 + "-01",
        "00-" + "1" * 32 + "-" + "1" * 16 + "-01\n",
    ],
)
def test_a_traceparent_that_breaks_the_standard_is_refused(text):
    assert valid_traceparent(text) is None
