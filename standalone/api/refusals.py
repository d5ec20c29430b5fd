"""What is played for the examples of problems: a day on which everything is asked that is refused."""

import struct
import zlib
from datetime import UTC, datetime, timedelta

from standalone.api.recorder import Answer, Recorder

NEVER_PAYS = "168.995.350-09"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST_SIDE = 65_000
"""Pixels; a picture of so many each way is not decoded."""


class Refusals:
    """One step of it is one method; `play` is the order that they go in."""

    def __init__(self, recorder: Recorder) -> None:
        self.ask = recorder.ask
        self._recorder = recorder
        self.manager = recorder.sign_in("gerente")
        self.admin = recorder.sign_in("admin")

    def play(self) -> None:
        """All of it; what ends the connection comes last."""
        for step in (
            self.show_pictures,
            self.count_too_much,
            self.use_a_cart_twice,
            self.order_too_much,
            self.order_for_nothing,
            self.never_pay,
            self.pay_too_late,
            self.come_when_it_is_closed,
            self.leave_nobody,
            self.bring_a_token_of_no_account,
            self.guess_a_password,
            self.send_what_is_too_large,
        ):
            step()

    def show_pictures(self) -> None:
        """One of too many pixels, and one that ends in the middle."""
        path = f"/products/{self._product('Retrato', '9.90')}/image"
        self.ask("PUT", path, png(LONGEST_SIDE), self.manager)
        self.ask("PUT", path, png(2), self.manager)

    def count_too_much(self) -> None:
        """More than a shelf can hold, and less than is promised."""
        path = f"/products/{(product := self._product('Brigadeiro', '4.50', counted=True))}"
        self.ask("PUT", path + "/stock", {"on_hand": 1_000_000}, self.manager)
        self.ask("POST", path + "/batches", {"units": 1, "label": "bandeja 9"}, self.manager)
        self._order(product, 2)
        self.ask("PUT", path + "/stock", {"on_hand": 1}, self.manager)

    def use_a_cart_twice(self) -> None:
        """A cart is ordered once."""
        cart = self.ask("POST", "/carts", {})["id"]
        item = {"product_id": self._product("Beijinho", "4.50"), "quantity": 1}
        self.ask("POST", f"/carts/{cart}/items", item)
        self.ask("POST", "/orders/checkout", {"cart_id": cart})
        self.ask("POST", "/orders/checkout", {"cart_id": cart})

    def order_too_much(self) -> None:
        """More of one product than may be, and more money than can be paid."""
        cheap, dear = self._product("Bala", "0.10"), self._product("Banquete", "99999.00")
        half = {"product_id": cheap, "quantity": 9999}
        self.ask("POST", "/orders/checkout", {"items": [half, half]})
        self.ask("POST", "/orders/checkout", {"items": [{"product_id": dear, "quantity": 9999}]})

    def order_for_nothing(self) -> None:
        """All of the price is a discount."""
        product = self._product("Cortesia", "5.00")
        now, hour = datetime.now(UTC), timedelta(hours=1)
        window = {"starts_at": _written(now - hour), "ends_at": _written(now + hour)}
        gift = {"name": "Presente", "product_id": product, "percentage": "100", **window}
        self.ask("POST", "/promotions", gift, self.manager)
        self._order(product)

    def never_pay(self) -> None:
        """Orders that wait to be paid, until there are too many of them."""
        self.ask("POST", "/clients", {"cpf": NEVER_PAYS, "name": "Bia"})
        product = self._product("Quindim", "7.00")
        for _ in range(6):
            self._order(product, client={"cpf": NEVER_PAYS})

    def pay_too_late(self) -> None:
        """The order is cancelled."""
        product = self._product("Pudim", "12.00")
        order = self._order(product)
        self.ask("POST", f"/orders/{order}/cancel", {})
        self._recorder.wait_for(f"/orders/{order}", lambda seen: seen["status"] == "CANCELLED")
        self.ask("POST", "/payments", {"order_id": order, "method": "pix"})

    def come_when_it_is_closed(self) -> None:
        """The store opens on another day than today."""
        another_day = DAYS[(datetime.now(UTC).weekday() + 3) % 7]
        hours = [{"weekday": another_day, "opens": "18:00", "closes": "22:00"}]
        self.ask("PATCH", "/stores/default", {"opening_hours": hours}, self.admin)
        self._order(self._product("Pastel", "8.00"))

    def leave_nobody(self) -> None:
        """The last who could let others in, and a name that is none."""
        self.ask("DELETE", "/staff/gerente", None, self.admin)
        new = {"username": "???", "password": "quatro palavras bem longas", "role": "kitchen"}
        self.ask("POST", "/staff", new, self.manager)

    def bring_a_token_of_no_account(self) -> None:
        """The number of the account is missing at its end."""
        account = {"access_token": "x-y", "webhook_secret": "1" * 20, "public_key": "APP_USR-example"}
        self.ask("PUT", "/payments/account", account, self.manager)

    def guess_a_password(self) -> None:
        """Until nobody may try any more."""
        for _ in range(12):
            self.ask("POST", "/auth/token", {"username": "cozinha", "password": "guessed"})

    def send_what_is_too_large(self) -> None:
        """A key and a body that are longer than any can be."""
        self.ask("POST", "/clients", {"cpf": NEVER_PAYS, "name": "Bia"}, {"Idempotency-Key": "a" * 300})
        self.ask("POST", "/clients", {"cpf": NEVER_PAYS, "name": "a" * 2_000_000})

    def _product(self, name: str, price: str, *, counted: bool = False) -> str:
        new = {"name": name, "category": "lanche", "price": price, "counted": counted}
        return str(self.ask("POST", "/products", new, self.manager)["id"])

    def _order(self, product: str, quantity: int = 1, **more: Answer) -> str:
        ordered = {"items": [{"product_id": product, "quantity": quantity}], **more}
        return str(self.ask("POST", "/orders/checkout", ordered).get("id"))


def png(side: int) -> bytes:
    """A PNG that says it has so many pixels each way, and has none."""
    size = struct.pack(">II5B", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", size) + _chunk(b"IDAT", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _written(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
