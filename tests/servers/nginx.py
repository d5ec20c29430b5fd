"""The gateway as it is in production: the real nginx, on infra/gateway's files, in a folder of its own."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import requests

from tests.servers.certificate import Certificate
from tests.servers.machine import find_program, free_port, give_to_server_account
from tests.servers.private_server import PrivateServer, ServerDidNotStart

GATEWAY = Path(__file__).parents[2] / "infra" / "gateway"
TEMPLATES = GATEWAY / "templates"
SCRIPT = GATEWAY / "40-gateway.sh"
NOBODY = "127.0.0.1:9"
"""Where no upstream is, and no name server."""
_ENV = re.compile(r"^ENV (?:.*\\\n)*.*$", re.MULTILINE)
_SETTING = re.compile(r"""([A-Z0-9_]+)=(?:"([^"]*)"|'([^']*)'|(\S*))""")
_REFERENCE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")


def image_settings() -> dict[str, str]:
    """Every variable that the image sets, with the value that it has there."""
    dockerfile = (GATEWAY / "Dockerfile").read_text(encoding="utf-8")
    return {
        name: double or single or bare
        for block in _ENV.findall(dockerfile)
        for name, double, single, bare in _SETTING.findall(block)
    }


def substituted(template: str, environment: Mapping[str, str], wanted: str) -> str:
    """The template as envsubst fills it in when it is told to replace the names that match `wanted`."""

    def value(reference: re.Match[str]) -> str:
        name = reference[1] or reference[2]
        known = name in environment and re.search(wanted, name)
        return environment[name] if known else reference[0]

    return _REFERENCE.sub(value, template)


class NginxServer(PrivateServer):
    """One nginx of a test's own, as settings say; those that are left out are as in the image."""

    name = "nginx"
    package = "nginx"

    def __init__(self, certificate: Certificate | None = None, **settings: str) -> None:
        super().__init__()
        self._certificate = certificate
        self._settings = settings
        self.port = self.tls_port = 0

    @classmethod
    def missing_programs(cls) -> list[str]:
        """Returns nginx when it is missing."""
        return [] if _program() else ["nginx"]

    @property
    def address(self) -> str:
        """Where it answers in plain HTTP."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def access_log_file(self) -> Path:
        """Where it writes down its answers."""
        return self.folder / "gateway" / "access.log"

    @property
    def error_log_file(self) -> Path:
        """Where what it prints goes."""
        return self._log

    @property
    def pid(self) -> int:
        """The master process, whose children serve."""
        return self._processes[0].pid

    def launch(self) -> None:
        """Fills in the templates as the image does at its start, and serves."""
        self.port, self.tls_port = free_port(), free_port()
        environment = self._environment()
        wanted = environment["NGINX_ENVSUBST_FILTER"]
        (self.folder / "gateway").mkdir()
        give_to_server_account(self.folder / "gateway")
        for template in sorted(TEMPLATES.glob("*.template")):
            text = substituted(template.read_text(encoding="utf-8"), environment, wanted)
            self.write(f"gateway/{template.name.removesuffix('.template')}", text)
        script = subprocess.run(
            ["/bin/sh", SCRIPT],
            env={"PATH": os.defpath, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        if script.returncode != 0:
            raise ServerDidNotStart(script.stderr)
        self.run(self._command("-t"))
        self.serve()

    def serve(self) -> None:
        """Starts it."""
        self.spawn(self._command("-g", "daemon off;"))

    def answers(self) -> bool:
        """Tells whether it answers for itself."""
        try:
            return requests.get(f"{self.address}/health/live", timeout=2, allow_redirects=False).ok
        except requests.ConnectionError:
            return False

    def _command(self, *more: str) -> list[str | Path]:
        where = ["-e", "stderr", "-p", self.folder / "gateway", "-c", "nginx.conf"]
        return [_program() or "nginx", *where, *more]

    def _environment(self) -> dict[str, str]:
        own = {
            "NGINX_ENVSUBST_OUTPUT_DIR": str(self.folder),
            "LISTEN": f"127.0.0.1:{self.port}",
            "TLS_LISTEN": f"127.0.0.1:{self.tls_port}",
            "TLS_PUBLIC_PORT": str(self.tls_port),
            "RESOLVERS": NOBODY,
            "WORKER_PROCESSES": "1",
            "ACCESS_LOG": "access.log",
        }
        if self._certificate:
            files = {"TLS_CERTIFICATE": self._certificate.certificate, "TLS_KEY": self._certificate.key}
            # As mounted into the container: the account that nginx runs under can read them.
            own |= {name: str(self.write(name, file.read_text("utf-8"))) for name, file in files.items()}
        return image_settings() | own | self._settings


def _program() -> Path | None:
    return find_program("nginx", "/usr/sbin", "/usr/local/sbin")
