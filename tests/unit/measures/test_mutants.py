import pytest
from click.testing import CliRunner

from tests.measures.mutants import Mutant, Tally, as_names, chosen, count, lay_out, main, read, report

LISTED = """
    orders_service.domain.order.xǁOrderǁadvance__mutmut_1: killed
    orders_service.domain.order.xǁOrderǁadvance__mutmut_2: survived
    orders_service.domain.order_line.x_line__mutmut_1: no tests
    servicekit.http.money.x_reais__mutmut_12: timeout
"""


@pytest.mark.parametrize(
    ("part", "names"),
    [
        ("orders_service", "orders_service.*"),
        ("orders_service/domain", "orders_service.domain.*"),
        ("orders_service/domain/", "orders_service.domain.*"),
        ("orders_service/domain/*.py", "orders_service.domain.*"),
        ("orders_service/domain/order.py", "orders_service.domain.order.x*"),
        ("servicekit.http.money.x_reais__mutmut_12", "servicekit.http.money.x_reais__mutmut_12"),
    ],
)
def test_a_part_is_named_by_folder_by_file_or_by_mutant(part, names):
    assert as_names(part) == names


def test_a_file_is_not_taken_for_another_one_whose_name_begins_alike():
    mutants = chosen(read(LISTED), [as_names("orders_service/domain/order.py")])

    assert {one.file for one in mutants} == {"orders_service/domain/order.py"}


def test_the_results_are_read_with_the_file_of_each():
    assert [(one.file, one.status) for one in read(LISTED)] == [
        ("orders_service/domain/order.py", "killed"),
        ("orders_service/domain/order.py", "survived"),
        ("orders_service/domain/order_line.py", "no tests"),
        ("servicekit/http/money.py", "timeout"),
    ]


def test_parts_are_counted_each_and_those_without_mutants_left_out():
    parts = ["orders_service/domain/*.py", "orders_service/usecases/*.py", "servicekit/http/money.py"]

    tallies = count(read(LISTED), parts)

    assert [(one.part, len(one.mutants), one.killed) for one in tallies] == [
        ("orders_service/domain/*.py", 3, 1),
        ("servicekit/http/money.py", 1, 1),
    ]


@pytest.mark.parametrize(
    ("status", "is_noticed"),
    [("killed", True), ("timeout", True), ("survived", False), ("no tests", False), ("not checked", False)],
)
def test_only_what_the_tests_noticed_is_killed(status, is_noticed):
    assert Tally("any", (Mutant("a.x_b__mutmut_1", status),)).killed == int(is_noticed)


@pytest.mark.parametrize(("survivors", "is_enough"), [(10, True), (11, False)])
def test_nine_of_ten_are_enough(survivors, is_enough):
    ends = ["survived"] * survivors + ["killed"] * (100 - survivors)

    assert Tally("any", tuple(Mutant("a.x_b__mutmut_1", end) for end in ends)).is_enough is is_enough


def test_the_survivors_are_named_with_the_share_of_each_part(capsys):
    report(count(read(LISTED), ["orders_service/domain/*.py", "servicekit/http/money.py"]))

    said = capsys.readouterr().out
    assert "survived: orders_service.domain.order.xǁOrderǁadvance__mutmut_2\n" in said
    assert "no tests: orders_service.domain.order_line.x_line__mutmut_1\n" in said
    rows = [line.split() for line in said.splitlines() if line.endswith(("33.3", "100.0", "50.0"))]
    assert rows == [
        ["orders_service/domain/*.py", "3", "1", "33.3"],
        ["servicekit/http/money.py", "1", "1", "100.0"],
        ["all", "of", "these", "4", "2", "50.0"],
    ]


def test_the_copy_is_made_anew_without_what_tools_leave(tmp_path):
    root, home = tmp_path / "root", tmp_path / "home"
    for name in ("orders_service/order.py", "orders_service/__pycache__/order.pyc", "tests/test_order.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    (root / "setup.cfg").touch()
    (home / "mutants").mkdir(parents=True)

    lay_out(root, home, ["orders_service"])

    copied = sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file())
    assert copied == ["orders_service/order.py", "setup.cfg", "tests/test_order.py"]
    assert not (home / "mutants").exists()


def test_what_is_to_be_shown_has_a_name():
    asked = CliRunner().invoke(main, ["--show"])

    assert asked.exit_code == 2
    assert "--show wants the names of mutants." in asked.output
