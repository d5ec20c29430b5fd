"""`python -m tests.api.fuzz [--max-examples N] [--seed N]`: schemathesis on an embedded system of its own.

It calls every operation of the document with what the document admits and with what it forbids, and sees
that each answer is as documented.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import click
import requests

from tests.servers.system import ROOT, EmbeddedSystem

PHASES = "examples,coverage,fuzzing"
"""Without the stateful one: what a saga does in between is no link of a document. tests/simulation is."""
ROLES = {"kitchen": "cozinha", "manager": "gerente", "admin": "admin"}
SECONDS = 3600


class Known:
    """Things that there are in the system, to be asked for."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.tokens = {role: self._sign_in(name) for role, name in ROLES.items()}

    def things(self) -> dict[str, list[str]]:
        """Values of the paths' parameters."""
        products = [one["id"] for one in self._ask("GET", "/products")["items"][:5]]
        item = {"product_id": products[0], "quantity": 1}
        carts = [self._ask("POST", "/carts", {})["id"] for _ in range(2)]
        self._ask("POST", f"/carts/{carts[0]}/items", item)
        orders = [self._ask("POST", "/orders/checkout", {"items": [item]})["id"] for _ in range(3)]
        client = self._ask("POST", "/clients", {"cpf": "168.995.350-09", "name": "Bia"})["id"]
        window = {"starts_at": "2026-12-01T18:00:00Z", "ends_at": "2026-12-01T22:00:00Z"}
        promotion = {"name": "Noite", "product_id": products[0], "percentage": "10", **window}
        return {
            "product_id": products,
            "cart_id": carts,
            "order_id": orders,
            "client_id": [client],
            "promotion_id": [self._ask("POST", "/promotions", promotion)["id"]],
        }

    def _sign_in(self, name: str) -> str:
        body = {"username": name, "password": name}
        answer = requests.post(f"{self._url}/auth/token", json=body, timeout=60)
        return str(answer.json()["access_token"])

    def _ask(self, verb: str, path: str, body: object = None) -> dict[str, object]:
        headers = {"Authorization": f"Bearer {self.tokens['manager']}"}
        answer = requests.request(verb, self._url + path, json=body, headers=headers, timeout=60)
        answer.raise_for_status()
        told: dict[str, object] = answer.json()
        return told


def fuzz(max_examples: int, seed: int, phases: str = PHASES) -> subprocess.CompletedProcess[str]:
    """What schemathesis says, and its exit status: 0 where it found nothing."""
    with tempfile.TemporaryDirectory(prefix="comanda-fuzz-") as folder:
        system = EmbeddedSystem(Path(folder), {"PAYMENT_DEADLINE_SECONDS": "900"})
        try:
            system.start()
            known = Known(system.url)
            return _schemathesis(
                Path(folder),
                ["--url", system.url, "--phases", phases, "--max-examples", str(max_examples)],
                ["--seed", str(seed), "--generation-deterministic", "--continue-on-failure"],
                environ={
                    "SCHEMATHESIS_HOOKS": "tests.api.schemathesis_hooks",
                    "FUZZ_KNOWN": json.dumps(known.things()),
                    "FUZZ_TOKENS": json.dumps(known.tokens),
                },
            )
        finally:
            system.stop()


def _schemathesis(
    folder: Path, *arguments: list[str], environ: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    config = ["--config-file", str(ROOT / "tests" / "api" / "schemathesis.toml")]
    chosen = [one for group in arguments for one in group]
    program = str(Path(sys.executable).parent / "schemathesis")
    document = str(ROOT / "docs" / "api" / "openapi.json")
    return subprocess.run(
        [program, *config, "run", document, *chosen, "--no-color"],
        cwd=folder,  # it leaves its cache where it is
        env={**os.environ, **environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@click.command()
@click.option("--max-examples", default=100, show_default=True, help="for each operation")
@click.option("--seed", default=1, show_default=True)
@click.option("--phases", default=PHASES, show_default=True)
def main(max_examples: int, seed: int, phases: str) -> None:
    """Hold a running system to the API's document."""
    told = fuzz(max_examples, seed, phases)
    click.echo(told.stdout)
    sys.exit(told.returncode)


if __name__ == "__main__":
    main()
