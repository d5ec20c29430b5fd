"""The private servers there are, and what to do about one that this machine cannot start."""

import os

from tests.servers.nginx import NginxServer
from tests.servers.postgresql import PostgresqlServer
from tests.servers.private_server import PrivateServer
from tests.servers.rabbitmq import RabbitmqServer
from tests.servers.redis_server import RedisServer

SERVERS: tuple[type[PrivateServer], ...] = (PostgresqlServer, RabbitmqServer, RedisServer)
"""Started once for a whole run."""
STARTED_BY_TESTS: tuple[type[PrivateServer], ...] = (NginxServer,)
"""Started by each test that needs one, with the settings that it needs."""


def nothing_may_be_skipped() -> bool:
    """Tells whether a missing program is an error: with CI=true it is."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def why_missing(server: type[PrivateServer]) -> str | None:
    """Returns one sentence on what this machine lacks to start the server, or None."""
    missing = server.missing_programs()
    if not missing:
        return None
    programs = ", ".join(missing)
    return f"{server.name} is not installed: {programs} not found (Debian: apt-get install {server.package})"
