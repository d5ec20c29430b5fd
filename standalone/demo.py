"""The demo: one order for each way that an order can go, on an instance of its own with short deadlines.

It speaks HTTP alone, as the kiosk, the payer, the kitchen and the manager would, and prints what the services
tell each other while it happens: the orders service's side of a choreographed saga.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests

from fake_checkout.settings import DEMO_PUBLIC_KEY
from standalone.demo_client import DemoClient, TooLate
from standalone.demo_stories import STORIES, Story, WrongEnd
from standalone.settings import EMULATOR

DEADLINE_SECONDS = 10
PATIENCE_SECONDS = 20
START_SECONDS = 180
"""On a loaded machine; what ends before it is ready is not waited for."""
STOP_SECONDS = 10


def run_demo(url: str | None = None) -> int:
    """Play every story. Returns the exit status: 0 when each ended as it should.

    Without an address, a fresh instance is started for them. Elsewhere, what has to wait for an order's
    deadline is left out: it may be long.
    """
    if url is not None:
        return _play_all([story for story in STORIES if not story.waits], url.rstrip("/"))
    print("Starting an instance of its own, with an order's deadline at", DEADLINE_SECONDS, "seconds ...")
    with tempfile.TemporaryDirectory(prefix="comanda-demo-") as folder, instance(folder) as own:
        return _play_all(STORIES, own)


def _play_all(stories: Sequence[Story], url: str) -> int:
    wrong = [story.title for number, story in enumerate(stories, 1) if not _play(number, story, url)]
    if wrong:
        print(f"\n{len(wrong)} of {len(stories)} orders ended otherwise than they should: {'; '.join(wrong)}")
        return 1
    print(f"\nAll {len(stories)} orders ended as they should.")
    return 0


def _play(number: int, story: Story, url: str) -> bool:
    print(f"\n{number}. {story.title}\n   {story.lesson}")
    try:
        story.play(DemoClient(url, url + EMULATOR))
    except (WrongEnd, TooLate, requests.RequestException) as error:
        print(f"   WRONG: {error}")
        return False
    print("   As it should be.")
    return True


@contextmanager
def instance(folder: str, **settings: str) -> Iterator[str]:
    """A fresh instance in the folder, by its address. Raises TooLate when it does not start."""
    port = _free_port()
    environ = (
        os.environ
        | {
            "PORT": str(port),
            "DATA_DIR": folder,
            "PUBLIC_URL": f"http://localhost:{port}",
            "PAYMENT_DEADLINE_SECONDS": str(DEADLINE_SECONDS),
            "CANCEL_PATIENCE_SECONDS": str(PATIENCE_SECONDS),
            "PAYMENT_ATTEMPTS": "3",
            "MERCADO_PAGO_PUBLIC_KEY": DEMO_PUBLIC_KEY,
        }
        | settings
    )
    command: Sequence[str] = [sys.executable, "-m", "standalone", "serve"]
    with Path(folder, "log.txt").open("wb") as log:
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)  # noqa: S603 - ourselves
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and process.poll() is None:
        try:
            if requests.get(f"{url}/health/ready", timeout=2).ok:
                return
        except requests.RequestException:
            pass
        time.sleep(0.1)
    raise TooLate("the instance did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
