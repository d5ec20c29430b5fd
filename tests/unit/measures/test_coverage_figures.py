import pytest

from tests.measures.coverage_figures import Share, by_file, by_part, worst


def told(lines, ran, branches=0, taken=0):
    return {
        "summary": {
            "num_statements": lines,
            "covered_lines": ran,
            "num_branches": branches,
            "covered_branches": taken,
        }
    }


def test_lines_and_branches_count_alike():
    assert by_file({"files": {"audit/report.py": told(10, 9, 4, 2)}}) == {"audit/report.py": Share(11, 14)}


def test_a_file_with_nothing_to_run_has_no_share():
    assert by_file({"files": {"audit/__init__.py": told(0, 0)}}) == {}


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (Share(9999, 10000), "99.9 %"),
        (Share(10000, 10000), "100.0 %"),
        (Share(2, 3), "66.6 %"),
        (Share(0, 7), "0.0 %"),
        (Share(), "100.0 %"),
    ],
)
def test_a_share_is_rounded_down_so_that_only_all_is_100(share, said):
    assert str(share) == said


def test_a_package_is_the_sum_of_its_files_and_stands_before_its_folders():
    parts = by_part(
        {
            "servicekit/ids.py": Share(1, 2),
            "servicekit/http/money.py": Share(3, 4),
            "orders_service/entrypoints/rest/app.py": Share(5, 6),
            "orders_service/domain/order.py": Share(7, 8),
        }
    )

    assert list(parts.items()) == [
        ("orders_service", Share(12, 14)),
        ("orders_service/domain", Share(7, 8)),
        ("orders_service/entrypoints", Share(5, 6)),
        ("servicekit", Share(4, 6)),
        ("servicekit/http", Share(3, 4)),
    ]


def test_the_worst_files_come_first_and_finished_ones_never():
    files = {"a": Share(9, 10), "b": Share(1, 2), "c": Share(3, 3), "d": Share(0, 5), "e": Share(1, 2)}

    assert [name for name, _ in worst(files, 3)] == ["d", "b", "e"]
    assert [name for name, _ in worst(files, 9)] == ["d", "b", "e", "a"]
