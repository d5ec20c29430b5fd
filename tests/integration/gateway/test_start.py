"""How the image starts and ends: its settings are all there are, and half of them are not enough."""

import os
import re
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orders_service.settings import Settings
from servicekit.settings import describe
from tests.conftest import require
from tests.integration.gateway.conftest import DEADLINE_SECONDS, wait_until
from tests.integration.gateway.upstream import answer_with
from tests.servers.nginx import GATEWAY, TEMPLATES, NginxServer, image_settings, substituted
from tests.servers.private_server import ServerDidNotStart

OF_THE_OFFICIAL_IMAGE = {"NGINX_ENVSUBST_FILTER", "NGINX_ENVSUBST_OUTPUT_DIR", "NGINX_LOCAL_RESOLVERS"}


def settings_used():
    texts = [path.read_text(encoding="utf-8") for path in (*TEMPLATES.iterdir(), GATEWAY / "40-gateway.sh")]
    return set(re.findall(r"\$\{?([A-Z][A-Z0-9_]+)", "".join(texts)))


def test_every_setting_that_is_used_has_a_default_and_every_default_is_used():
    assert (
        settings_used() - OF_THE_OFFICIAL_IMAGE - {"IN_CAPITALS"}
        == set(image_settings()) - OF_THE_OFFICIAL_IMAGE
    )


def test_the_page_of_the_gateway_names_every_setting_with_its_default():
    page = (GATEWAY.parents[1] / "docs" / "gateway.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z0-9_]+)` \| (?:`([^`]*)`)? ?\|", page, re.MULTILINE)
    settings = {name: value for name, value in image_settings().items() if name not in OF_THE_OFFICIAL_IMAGE}
    assert dict(rows) == settings
    assert len(rows) == len(settings)


def test_a_stream_is_given_up_only_when_several_heartbeats_are_missing():
    routes = (TEMPLATES / "routes.conf.template").read_text(encoding="utf-8")
    (seconds,) = re.findall(r"proxy_buffering off;.*?proxy_read_timeout (\d+)s;", routes, re.DOTALL)
    (heartbeat,) = [one.default for one in describe(Settings) if one.variable == "LIVE_HEARTBEAT_SECONDS"]
    assert int(seconds) > 3 * int(heartbeat)


def test_a_template_is_filled_in_as_envsubst_does():
    environment = {"A": "1", "B_2": "two $A", "host": "evil"}
    template = "$A ${A} ${B_2} $AB $host ${host} $request_id ${one_before}{id}$ $"
    assert (
        substituted(template, environment, "^[A-Z0-9_]+$")
        == "1 1 two $A $AB $host ${host} $request_id ${one_before}{id}$ $"
    )


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"TLS_CERTIFICATE": "/nowhere.pem"}, "TLS_CERTIFICATE and TLS_KEY go together"),
        ({"TLS_KEY": "/nowhere.pem"}, "TLS_CERTIFICATE and TLS_KEY go together"),
        ({"TLS_CERTIFICATE": "/nowhere.pem", "TLS_KEY": "/nowhere.pem"}, "/nowhere.pem cannot be read"),
        ({"FRONT_PROXIES": "everybody"}, "everybody"),
        ({"REQUESTS_PER_SECOND": "many"}, "many"),
        ({"RESOLVERS": "nobody.invalid"}, "nobody.invalid"),
    ],
)
def test_it_does_not_start_with_what_makes_no_sense(settings, complaint):
    require(NginxServer)
    server = NginxServer(**settings)
    with pytest.raises(ServerDidNotStart, match=complaint):
        server.start()


def test_a_gateway_that_is_to_end_finishes_what_is_under_way(start_gateway):
    gateway, heard, go_on = start_gateway(), threading.Event(), threading.Event()

    def answer(handler):
        heard.set()
        assert go_on.wait(DEADLINE_SECONDS)
        answer_with(handler, b"done", {})

    gateway.upstreams["orders"].answers["/under-way"] = answer
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(gateway.get, "/under-way")
        assert heard.wait(DEADLINE_SECONDS)
        os.kill(gateway.server.pid, signal.SIGQUIT)
        wait_until(lambda: not gateway.server.answers())
        go_on.set()
        assert asked.result(DEADLINE_SECONDS).text == "done"
    gateway.server.stop()


def test_name_servers_are_those_of_the_machine_where_none_are_set():
    require(NginxServer)
    server = NginxServer(RESOLVERS="")
    server.start()
    try:
        written = (server.folder / "gateway" / "resolver.conf").read_text()
    finally:
        server.stop()
    (first, *_) = re.findall(r"^nameserver\s+(\S+)", Path("/etc/resolv.conf").read_text(), re.MULTILINE)
    assert first in written
    assert written.endswith(" valid=5s ipv6=off;\nresolver_timeout 2s;\n")
