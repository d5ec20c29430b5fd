"""All pods at once; an order that is paid on the payer's page and cooked; a second one after a move."""

import argparse
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from standalone.demo_client import DemoClient
from tests.deployment import cluster as manifests
from tests.deployment.cluster import Cluster, Pod
from tests.deployment.dockerfile import IMAGES
from tests.rehearsal.engine import LABEL, NAME, build, clear, docker
from tests.rehearsal.kubelet import Kubelet

FRONT = "svcfiaptechchallenge"
KEEPERS = ("postgres", "rabbitmq", "fake-checkout")
ANSWER_SECONDS = 10


def main() -> int:
    """Exit status 0 where all of it went as it should; what did not is raised."""
    parser = argparse.ArgumentParser(prog="python -m tests.rehearsal", description=__doc__)
    parser.add_argument("--port", type=int, default=5055, help="where the port-forward would listen")
    chosen = parser.parse_args()
    cluster = manifests.read(manifests.files_of_demonstration())
    url = f"http://localhost:{chosen.port}"
    cluster.get("ConfigMap", "comanda")["data"]["PUBLIC_URL"] = url
    clear()
    say("Building the images ...")
    build(IMAGES)
    docker("network", "create", "--label", LABEL, NAME)
    try:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o755)
            rehearse(
                cluster, Kubelet(cluster, Path(folder), {"gateway": (chosen.port, forwarded(cluster))}), url
            )
    finally:
        clear()
    say("All of it went as it should.")
    return 0


def forwarded(cluster: Cluster) -> int:
    """The port of the gateway's pod to which the Service leads, as a port-forward would."""
    service = cluster.get("Service", FRONT)
    (pod,) = cluster.selected({"matchLabels": service["spec"]["selector"]})
    (port,) = service["spec"]["ports"]
    number = pod.port(port["targetPort"])
    assert number is not None
    return number


def rehearse(cluster: Cluster, kubelet: Kubelet, url: str) -> None:
    say(f"Starting {len(cluster.pods)} pods, all at once ...")
    run(kubelet, cluster.pods)
    first = order_paid_and_cooked(url)
    say("Migrating again, as the next `kubectl apply` does ...")
    run(kubelet, [pod for pod in cluster.pods if pod.owner["kind"] == "Job"])
    say(f"Moving {', '.join(KEEPERS)} to other containers, with what they claimed ...")
    keepers = [cluster.pod(name) for name in KEEPERS]
    for pod in keepers:
        kubelet.remove(pod)
    run(kubelet, keepers)
    for pod in cluster.pods:
        if pod.owner["kind"] != "Job":
            kubelet.await_ready(pod)
    order_paid_and_cooked(url)
    kept = requests.get(f"{url}/orders/{first}", timeout=ANSWER_SECONDS).json()
    require(kept["status"] == "FINISHED", "the first order is still there")
    look_closely(cluster, kubelet, url)


def run(kubelet: Kubelet, pods: Iterable[Pod]) -> None:
    """All at once. Raises NotReady, for the first that fails."""
    pods = list(pods)
    with ThreadPoolExecutor(len(pods)) as starters:
        for started in [starters.submit(kubelet.run, pod) for pod in pods]:
            started.result()
    say(f"{len(pods)} are ready, or have done their work.")


def order_paid_and_cooked(url: str) -> str:
    """Through the gateway, paid on the page as a browser without scripts does it. Returns the order's id."""
    client = DemoClient(url, f"{url}/fake-checkout")
    client.place_order()
    client.provider_id()
    order = client.wait_for("the payer's page", lambda order: order["payment"] is not None)
    page = order["payment"]["ticket_url"]
    require(page.startswith(f"{url}/fake-checkout/pay/"), f"the payer's page is at our address: {page}")
    shown = requests.get(page, timeout=ANSWER_SECONDS)
    require(shown.ok and ">Pagar</button>" in shown.text, "the payer's page has its button")
    requests.post(page, data={"action": "pay"}, timeout=ANSWER_SECONDS).raise_for_status()
    client.wait_for("RECEIVED", lambda order: order["status"] == "RECEIVED")
    for status in ("IN_PREPARATION", "READY", "FINISHED"):
        client.cook(status)
    return client.order_id


def look_closely(cluster: Cluster, kubelet: Kubelet, url: str) -> None:
    for pod in cluster.pods:
        if pod.owner["kind"] != "Job":
            require(kubelet.probe(pod, "livenessProbe"), f"{pod.name} lives")
    whole = requests.get(f"{url}/health", timeout=ANSWER_SECONDS)
    require(whole.ok, f"the whole is ready: {whole.text.strip()}")
    hidden = requests.get(f"{url}/metrics", timeout=ANSWER_SECONDS)
    require(hidden.status_code == requests.codes.not_found, "the gateway shows no metrics")
    restarted = docker("ps", "--filter", f"label={LABEL}", "--format", "{{.Names}}: {{.Status}}").splitlines()
    names = [line.partition(":")[0] for line in restarted]
    counts = docker("inspect", "--format", "{{.Name}} {{.RestartCount}}", *names).splitlines()
    require(all(line.endswith(" 0") for line in counts), f"nothing had to be started again: {counts}")
    say(docker("stats", "--no-stream", "--format", "{{.Name}}\t{{.MemUsage}}\t{{.CPUPerc}}", *names))


def require(true: bool, what: str) -> None:  # noqa: FBT001 - it reads as a sentence
    """Raises SystemExit, saying what is not so."""
    if not true:
        sys.exit(f"Not so: {what}")
    say(what)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
