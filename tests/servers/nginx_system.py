"""The processes of production behind the gateway of production."""

from urllib.parse import urlsplit

from tests.servers.nginx import NginxServer
from tests.servers.system import ProductionSystem

UPSTREAMS = {
    "orders": "ORDERS_UPSTREAM",
    "live": "LIVE_UPSTREAM",
    "payments": "PAYMENT_UPSTREAM",
    "emulator": "EMULATOR_UPSTREAM",
}
MORE_THAN_TESTS_ASK = "10000"


class NginxSystem(ProductionSystem):
    """With nginx in front; its services count it among the proxies that they believe."""

    _nginx: NginxServer | None = None

    def start_gateway(self, behind: dict[str, str]) -> str:
        """Starts nginx on the image's settings, but for limits that many tests at one address would reach."""
        self.settings = {**self.settings, "TRUSTED_PROXIES": "1"}
        self._nginx = NginxServer(
            **{UPSTREAMS[name]: urlsplit(url).netloc for name, url in behind.items()},
            FAKE_CHECKOUT_CONTROL="on",
            REQUESTS_PER_SECOND=MORE_THAN_TESTS_ASK,
            IDENTIFICATIONS_PER_SECOND=MORE_THAN_TESTS_ASK,
        )
        self._nginx.start()
        (self.folder / "gateway.log").symlink_to(self._nginx.access_log_file)
        (self.folder / "gateway-errors.log").symlink_to(self._nginx.error_log_file)
        return self._nginx.address

    def stop(self) -> None:
        super().stop()
        if self._nginx is not None:
            self._nginx.stop()
