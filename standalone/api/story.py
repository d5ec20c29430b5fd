"""What is played for the examples: a day in a restaurant, in which everything is asked once."""

from datetime import UTC, datetime
from uuid import UUID

from fake_checkout.domain.delivery import signature
from standalone.api.recorder import Answer, Recorder
from standalone.settings import DEMO_WEBHOOK_SECRET

CPF = "529.982.247-25"
NOBODY = str(UUID(int=0))
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c6338"
    "2127070002b6010534a675aa0000000049454e44ae426082"
)
"""A PNG of one pixel."""


class Story:
    """One step of it is one method; `play` is the order that they go in."""

    def __init__(self, recorder: Recorder) -> None:
        self.ask = recorder.ask
        self._recorder = recorder
        self.manager = recorder.sign_in("gerente")
        self.cook = recorder.sign_in("cozinha")
        self.admin = recorder.sign_in("admin")
        self.product = self._on_the_menu("Coxinha de frango")

    def play(self) -> None:
        """All of it."""
        for step in (
            self.look_around,
            self.keep_the_menu,
            self.keep_the_stock,
            self.promote,
            self.know_clients,
            self.fill_a_cart,
            self.order_and_pay,
            self.change_ones_mind,
            self.refund,
            self.lose_money_again,
            self.found_stores,
            self.hire,
            self.be_paid,
            self.do_it_wrong,
        ):
            step()

    def look_around(self) -> None:
        """The menu, the board, the streams."""
        self.ask("GET", "/products?category=bebida&limit=2")
        self.ask("GET", "/products/category/sobremesa?limit=2")
        self.ask("GET", "/products/category/peixe")
        self.ask("GET", f"/products/{self.product}")
        self.ask("GET", f"/products/{NOBODY}")
        self.ask("GET", "/categories")
        self.ask("GET", f"/images/{'0' * 64}")
        for path in ("/health", "/health/live", "/health/ready"):
            self.ask("GET", path)

    def keep_the_menu(self) -> None:
        """A product comes, changes, and goes."""
        new = {"name": "Suco de caju", "category": "bebida", "price": "9.90", "counted": True}
        made = self.ask("POST", "/products", new, self.manager)
        path = f"/products/{made['id']}"
        self.ask("PUT", path + "/image", PICTURE, self.manager)
        self.ask("PUT", path + "/image", b"no picture", self.manager)
        self.ask("PATCH", path, {"price": "10.90"}, self.manager)
        self.ask("PATCH", path, {"price": "11.90"}, self.manager | {"If-Match": '"999"'})
        self.ask("PATCH", path, {"category": "peixe"}, self.manager)
        self.ask("POST", "/orders/checkout", {"items": [{"product_id": made["id"], "quantity": 1}]})
        self.ask("DELETE", path, None, self.manager)

    def keep_the_stock(self) -> None:
        """Counting, and a batch."""
        path = f"/products/{self.product}"
        self.ask("PUT", path + "/stock", {"on_hand": 40, "low_at": 5, "note": "contagem"}, self.manager)
        self.ask("POST", path + "/batches", {"units": 8, "label": "bandeja 2"}, self.cook)
        self.ask("GET", path + "/stock", None, self.cook)
        self.ask("GET", path + "/stock/movements?limit=2", None, self.cook)
        self.ask("PUT", path + "/stock", {"on_hand": 90, "reason": "wasted"}, self.manager)
        self.ask("POST", path + "/batches", {"units": 9999, "label": "demais"}, self.cook)

    def promote(self) -> None:
        """A promotion."""
        window = {"starts_at": "2026-12-01T18:00:00-03:00", "ends_at": "2026-12-01T22:00:00-03:00"}
        new = {"name": "Noite do salgado", "product_id": self.product, "percentage": "10", **window}
        path = "/promotions/" + self.ask("POST", "/promotions", new, self.manager)["id"]
        self.ask("GET", "/promotions", None, self.manager)
        self.ask("GET", path, None, self.manager)
        self.ask("PATCH", path, {"percentage": "12.5"}, self.manager)
        self.ask("PATCH", path, {"ends_at": "2026-11-01T00:00:00Z"}, self.manager)
        self.ask("DELETE", path, None, self.manager)
        self.ask("GET", path, None, self.manager)

    def know_clients(self) -> None:
        """Somebody registers, is greeted, and is forgotten."""
        bia = {"cpf": "168.995.350-09", "name": "Bia Souza", "email": "bia@example.com"}
        client = self.ask("POST", "/clients", bia)["id"]
        self.ask("POST", "/clients", bia)
        self.ask("GET", f"/clients/cpf/{CPF}")
        self.ask("GET", "/clients?limit=2", None, self.manager)
        self.ask("GET", f"/clients/{client}", None, self.manager)
        self.ask("DELETE", f"/clients/{client}", None, self.manager)
        self.ask("GET", f"/clients/{NOBODY}", None, self.manager)

    def fill_a_cart(self) -> None:
        """A cart."""
        path = "/carts/" + self.ask("POST", "/carts", {})["id"]
        self.ask("POST", "/orders/checkout", {"cart_id": path.removeprefix("/carts/")})
        self.ask("POST", path + "/items", {"product_id": self.product, "quantity": 1, "notes": "bem quente"})
        self.ask("PATCH", f"{path}/items/{self.product}", {"quantity": 3})
        self.ask("GET", path)
        self.ask("DELETE", f"{path}/items/{self.product}")
        self.ask("DELETE", f"{path}/items/{self.product}")
        self.ask("DELETE", path)
        self.ask("GET", f"/carts/{NOBODY}")

    def order_and_pay(self) -> None:
        """An order from the first click to the counter."""
        key = {"Idempotency-Key": "pedido-1"}
        order = self._order({"client": {"cpf": CPF}}, key)
        self.ask("POST", "/orders/checkout", {"items": [self._two()], "payment": {"method": "card"}}, key)
        payment = self._payment_of(order)
        for path in (f"/orders/{order}", f"/payments?order_id={order}", f"/payments/{payment['id']}"):
            self.ask("GET", path)
        self.ask("POST", "/payments", {"order_id": order, "method": "pix"})
        self._approve(payment)
        self._recorder.wait_for(f"/orders/{order}", lambda seen: seen["status"] == "RECEIVED")
        self._notify(payment["provider_id"])
        self.ask("POST", "/payments", {"order_id": order, "method": "pix"})
        self.ask("GET", "/orders", None, self.cook)
        self.ask("GET", f"/orders/{order}/events")
        self.ask("GET", "/kitchen/events", None, self.cook)
        self.ask("PATCH", f"/orders/{order}/status", {"status": "FINISHED"}, self.cook)
        self.ask("PATCH", f"/orders/{order}/status", {"status": "IN_PREPARATION"}, self.cook)
        for path in ("/board", "/board/events"):
            self.ask("GET", path)
        self.ask("POST", f"/orders/{order}/cancel", {})
        self.ask("GET", f"/orders/{order}/timeline", None, self.manager)
        client = self._recorder.wait_for(f"/orders/{order}", lambda _seen: True)["client"]["id"]
        self.ask("GET", f"/clients/{client}/orders", None, self.manager)

    def change_ones_mind(self) -> None:
        """Orders that are cancelled, and one that is paid again after a refusal."""
        order = self._order({})
        self._reject(self._payment_of(order))
        self._recorder.wait_for(f"/orders/{order}", lambda seen: seen["payment"]["status"] == "REJECTED")
        self.ask("POST", "/payments", {"order_id": order, "method": "pix"})
        self.ask("POST", f"/orders/{order}/cancel", {})
        self.ask("DELETE", f"/orders/{self._order({})}", None, self.manager)

    def refund(self) -> None:
        """A part of the money goes back."""
        payment = self._payment_of(order := self._order({}))
        path = f"/payments/{payment['id']}/refunds"
        self.ask("POST", path, {"amount": "1.00"}, self.manager)
        self._approve(payment)
        self._recorder.wait_for(f"/orders/{order}", lambda seen: seen["status"] == "RECEIVED")
        self.ask("POST", path, {"amount": "1.00", "reason": "faltou o molho"}, self.manager)
        self.ask("POST", path, {"amount": "999.00"}, self.manager)
        self.ask("POST", path, {}, self.manager)
        self.ask("GET", path, None, self.manager)
        self.ask("GET", "/payments/refunds", None, self.manager)

    def lose_money_again(self) -> None:
        """The provider refuses a refund at first, and takes back what a card's owner disputes."""
        refuses = {"kind": "status", "status": 400, "method": "POST", "path": "/v1/payments/*/refunds"}
        payment = self._payment_of(order := self._order({}))
        self._approve(payment)
        self._recorder.wait_for(f"/orders/{order}", lambda seen: seen["status"] == "RECEIVED")
        self._recorder.tell_the_provider("PUT", "/__fake/faults", {"seed": 1, "rules": [refuses]})
        path = f"/payments/{payment['id']}/refunds"
        refund = self.ask("POST", path, {"amount": "1.00"}, self.manager)
        self._wait_for_failed(path, refund["id"])
        self._recorder.tell_the_provider("DELETE", "/__fake/faults")
        self._recorder.tell_the_bank(payment["provider_id"], "chargeback", {})
        self._recorder.wait_for(f"/orders/{order}", lambda seen: seen["payment"]["status"] == "CHARGED_BACK")

    def found_stores(self) -> None:
        """Another store."""
        new = {"slug": "centro", "name": "Centro", "time_zone": "America/Sao_Paulo", "categories": ["lanche"]}
        self.ask("POST", "/stores", new, self.admin)
        self.ask("POST", "/stores", new, self.admin)
        hours = [{"weekday": "friday", "opens": "18:00", "closes": "02:00"}]
        self.ask("PATCH", "/stores/centro", {"opening_hours": hours}, self.admin)
        self.ask("PATCH", "/stores/default", {"categories": ["lanche"]}, self.admin)
        self.ask("GET", "/stores")
        self.ask("GET", "/stores/centro")
        self.ask("GET", "/stores/nowhere/products")

    def hire(self) -> None:
        """Somebody comes and goes."""
        new = {"username": "joana", "password": "quatro palavras bem longas", "role": "kitchen"}
        self.ask("POST", "/staff", new, self.manager)
        self.ask("POST", "/staff", new, self.manager)
        self.ask("POST", "/staff", new | {"username": "rui", "password": "123"}, self.manager)
        self.ask("POST", "/staff", new | {"username": "ada", "role": "admin"}, self.manager)
        self.ask("GET", "/staff", None, self.manager)
        self.ask("DELETE", "/staff/joana", None, self.manager)
        self.ask("DELETE", "/staff/joana", None, self.manager)
        self.ask("DELETE", "/staff/gerente", None, self.manager)

    def be_paid(self) -> None:
        """A store's own account; the last thing, since nothing can be paid through this one."""
        own = {
            "access_token": "APP_USR-1-010126-example-700",
            "webhook_secret": "only-an-example-of-one",
            "public_key": "APP_USR-example",
        }
        self.ask("PUT", "/payments/account", own, self.manager)
        self.ask("GET", "/payments/account", None, self.manager)
        self.ask("DELETE", "/payments/account", None, self.manager)

    def do_it_wrong(self) -> None:
        """Problems that did not come by themselves."""
        self.ask("POST", "/auth/token", {"username": "gerente", "password": "wrong"})
        self.ask("GET", "/orders")
        self.ask("GET", "/clients", None, self.cook)
        self.ask("GET", f"/orders/{NOBODY}")
        self.ask("GET", "/orders/1")
        self.ask("GET", f"/payments/{NOBODY}")
        self.ask("POST", "/orders/checkout", b"{", {"Content-Type": "application/json"})
        self.ask("POST", "/orders/checkout", b"{}", {"Content-Type": "text/plain"})
        self.ask("POST", "/orders/checkout", {"items": [{"product_id": self.product, "quantity": 0}]})
        self.ask("POST", "/orders/checkout", {"items": [{"product_id": self.product, "quantity": 9999}]})
        self.ask("POST", "/orders/checkout", {"items": [{"product_id": NOBODY, "quantity": 1}]})
        self.ask("POST", "/orders/checkout", {"items": [self._two()], "client": {"cpf": "111.444.777-35"}})
        self.ask("POST", "/payments", {"order_id": NOBODY, "method": "pix"})
        self.ask("POST", "/payments", {"order_id": NOBODY, "method": "card", "token": "5031433215406351"})
        self.ask("POST", "/payments/webhook?type=payment&data.id=1", {"type": "payment"})

    def _on_the_menu(self, name: str) -> str:
        found = self._recorder.wait_for(f"/products?q={name}", lambda seen: bool(seen["items"]))
        return str(found["items"][0]["id"])

    def _two(self) -> Answer:
        return {"product_id": self.product, "quantity": 2}

    def _order(self, more: Answer, headers: dict[str, str] | None = None) -> str:
        return str(self.ask("POST", "/orders/checkout", {"items": [self._two()], **more}, headers)["id"])

    def _payment_of(self, order: str) -> Answer:
        """The order's payment, once it can be paid."""
        path = f"/payments?order_id={order}"
        seen = self._recorder.wait_for(
            path, lambda seen: bool(seen["items"]) and bool(seen["items"][0]["qr_code"])
        )
        self._recorder.wait_for(f"/orders/{order}", lambda seen: seen["payment"] is not None)
        first: Answer = seen["items"][0]
        return first

    def _approve(self, payment: Answer) -> None:
        self._recorder.tell_the_bank(payment["provider_id"], "approve", {})

    def _reject(self, payment: Answer) -> None:
        why = {"status_detail": "rejected_by_bank"}
        self._recorder.tell_the_bank(payment["provider_id"], "reject", why)

    def _notify(self, provider_id: str) -> None:
        """What the provider does by itself, once more: signed as it signs."""
        signed = signature(
            DEMO_WEBHOOK_SECRET, data_id=provider_id, request_id="example-1", sent_at=datetime.now(UTC)
        )
        self.ask(
            "POST",
            f"/payments/webhook?type=payment&data.id={provider_id}",
            {"action": "payment.updated", "type": "payment", "data": {"id": provider_id}},
            {"X-Signature": signed, "X-Request-Id": "example-1"},
        )

    def _wait_for_failed(self, path: str, refund_id: str) -> None:
        def has_failed(seen: Answer) -> bool:
            return any(one["id"] == refund_id and one["status"] == "FAILED" for one in seen["items"])

        self._recorder.wait_for(path, has_failed, self.manager)
