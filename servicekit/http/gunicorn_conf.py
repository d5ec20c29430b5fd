"""How gunicorn serves a service: `gunicorn -c python:servicekit.http.gunicorn_conf <service>.wsgi`.

By itself it reads PORT, and WEB_CONCURRENCY: how many worker processes there are. Where there are many, they
count together in the folder that PROMETHEUS_MULTIPROC_DIR names, so that whichever is scraped tells of all.
"""

import os
from pathlib import Path

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker
from prometheus_client.multiprocess import mark_process_dead

from servicekit.http.server_settings import LONGEST_REQUEST_LINE, ServerSettings
from servicekit.observability.metrics import SHARED_FOLDER
from servicekit.settings import load

IN_MEMORY = "/dev/shm"  # noqa: S108 - a file that the master watches is not to wait for a disk

_settings = load(ServerSettings, os.environ)

worker_class = "servicekit.process.web_worker.PunctualWorker"
threads = _settings.threads
graceful_timeout = _settings.graceful_seconds
keepalive = 75
"""Seconds; longer than a gateway keeps an idle connection, so that it is never closed under a request."""
limit_request_line = LONGEST_REQUEST_LINE
loglevel = "warning"
forwarded_allow_ips = ""
"""Gunicorn itself believes no header, from wherever: TRUSTED_PROXIES decides of whom anything is believed."""
control_socket_disable = True
worker_tmp_dir = IN_MEMORY if Path(IN_MEMORY).is_dir() else None


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
