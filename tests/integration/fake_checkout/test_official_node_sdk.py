"""Mercado Pago's own SDK for Node against the emulator, over HTTP: its suite is in node_sdk, in its words."""

import re
from pathlib import Path

import pytest

from tests.integration.fake_checkout.conftest import SECRET, TOKEN
from tests.integration.fake_checkout.sdk_shop import OTHER_TOKEN, a_shop
from tests.servers.catalogue import nothing_may_be_skipped
from tests.servers.node import install_packages, run_node, why_node_is_missing

PROJECT = Path(__file__).parent / "node_sdk"
SUITE_SECONDS = 120


@pytest.fixture
def node_project() -> Path:
    """The suite with the SDK installed."""
    reason = why_node_is_missing()
    if reason and nothing_may_be_skipped():
        pytest.fail(f"{reason}; with CI set nothing may be skipped", pytrace=False)
    if reason:
        pytest.skip(reason)
    install_packages(PROJECT)
    return PROJECT


@pytest.mark.timeout(SUITE_SECONDS + 30)
def test_the_sdk_for_node_finds_what_it_expects(node_project: Path, tmp_path: Path):
    with a_shop(tmp_path) as shop:
        told = run_node(
            node_project,
            *("node", "--test", "--test-reporter=tap", "suite.test.mjs"),
            seconds=SUITE_SECONDS,
            MERCADO_PAGO_BASE_URL=shop.base,
            MERCADO_PAGO_ACCESS_TOKEN=TOKEN,
            OTHER_ACCESS_TOKEN=OTHER_TOKEN,
            MERCADO_PAGO_WEBHOOK_SECRET=SECRET,
        )

    count = {name: int(number) for name, number in re.findall(r"^# (\w+) (\d+)$", told, re.MULTILINE)}
    assert count["tests"] == count["pass"] >= written_in(PROJECT), told


def written_in(project: Path) -> int:
    """How many stand there in so many words; a loop may make more of one."""
    parts = [part.read_text(encoding="utf-8") for part in project.glob("*.mjs")]
    return sum(len(re.findall(r"^ *test\(", part, re.MULTILINE)) for part in parts)
