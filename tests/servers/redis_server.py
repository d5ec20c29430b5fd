"""A private Redis that keeps nothing on disk."""

import redis

from tests.servers.machine import find_program, free_port
from tests.servers.private_server import PrivateServer


class RedisServer(PrivateServer):
    """One Redis for the whole run; each test finds its database empty."""

    name = "Redis"
    variable = "TEST_REDIS_URL"
    package = "redis-server"
    port = 0

    @classmethod
    def missing_programs(cls) -> list[str]:
        """Returns redis-server when it is missing."""
        return [] if find_program("redis-server") else ["redis-server"]

    @property
    def address(self) -> str:
        """The address of database 0."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def launch(self) -> None:
        """Serves without persistence."""
        self.port = free_port()
        settings = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            'save ""',
            "appendonly no",
            f'dir "{self.folder}"',
        ]
        self._config = self.write("redis.conf", "\n".join(settings) + "\n")
        self.serve()

    def serve(self) -> None:
        """Starts it, empty."""
        self.spawn([find_program("redis-server") or "redis-server", self._config])

    def answers(self) -> bool:
        """Tells whether it answers PING."""
        with redis.Redis.from_url(self.address, socket_timeout=5) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False
