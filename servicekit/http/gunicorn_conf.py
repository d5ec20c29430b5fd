"""For a server of many worker processes: `gunicorn -c python:servicekit.http.gunicorn_conf ...`.

They count together in the folder that PROMETHEUS_MULTIPROC_DIR names, so that whichever of them is scraped
tells of all. A server of one worker process needs neither.
"""

import os
from pathlib import Path

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker
from prometheus_client.multiprocess import mark_process_dead

from servicekit.observability.metrics import SHARED_FOLDER


def on_starting(_server: Arbiter) -> None:
    """Begin to count anew: the ids of earlier processes come again."""
    if folder := os.environ.get(SHARED_FOLDER):
        Path(folder).mkdir(parents=True, exist_ok=True)
        for counted in Path(folder).glob("*.db"):
            counted.unlink()


def child_exit(_server: Arbiter, worker: Worker) -> None:
    """What an ended process has counted stays; what was true of it alone does not."""
    if os.environ.get(SHARED_FOLDER):
        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call] # it has no annotations
