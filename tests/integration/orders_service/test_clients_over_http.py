import pytest
from structlog.testing import capture_logs

from orders_service.entrypoints.rest.app import create_app
from servicekit.http.pagination import encode_cursor
from tests.builders.orders_service import ANA

BIA = "111.444.777-35"
NOBODYS = "168.995.350-09"
NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"
EMAIL = "bia@example.com"
BIA_REGISTERS = {"cpf": BIA, "name": "Bia Nunes", "email": EMAIL}

NONSENSE = {
    "cpf": [
        *(None, "", "1", 11144477735, ["11144477735"]),
        *("111.444.777-36", "111.111.111-11", "111444777350"),
        *("\uff11\uff11\uff11.444.777-35", "111.444.777-35\x00"),
    ],
    "name": [
        *(None, "", "   ", "123", "x" * 101, 5, ["Bia"]),
        *("Bia\n", "Bia\tNunes", "B\x00", "Bia\u202enuN", "Bi\u200ba", "Bia\u2028"),
    ],
    "email": [
        *("", "bia", "bia@", "@x.co", "a b@x.co", "a@b", "a@b..co", "a@b@c.co", 7),
        *("a@x.co\n", "a@x.c\x00o", f"{'a' * 250}@x.co"),
    ],
    "role": ["manager"],
    "id": [NOBODY],
}


def register(shop, **changes):
    return shop.http.post("/clients", json={**BIA_REGISTERS, **changes})


@pytest.fixture
def bia(shop):
    return register(shop).json


class TestRegistering:
    def test_answers_with_what_is_known_and_where(self, shop):
        answer = register(shop)
        assert answer.status_code == 201
        assert answer.headers["Location"] == f"/clients/{answer.json['id']}"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.json == {
            "id": answer.json["id"],
            "name": "Bia Nunes",
            "cpf": "***.444.777-**",
            "email": EMAIL,
            "created_at": "2026-11-21T12:00:00.000Z",
        }

    @pytest.mark.parametrize("cpf", [BIA, "11144477735", " 111.444.777-35 "])
    def test_a_cpf_registers_once_however_it_is_written(self, shop, bia, cpf):
        answer = register(shop, cpf=cpf, name="Outra")
        assert (answer.status_code, answer.json["type"]) == (409, "/problems/cpf-registered")
        assert not [told for told in (bia["id"], "Bia", "444") if told in answer.text]

    def test_a_cpf_registers_in_each_store(self, shop, bia):
        shop.open_other_store()
        answer = shop.http.post("/stores/other/clients", json=BIA_REGISTERS)
        assert answer.status_code == 201
        assert answer.headers["Location"] == f"/stores/other/clients/{answer.json['id']}"
        assert answer.json["id"] != bia["id"]

    def test_with_a_key_is_answered_the_same_again(self, shop):
        first, again = (
            shop.http.post("/clients", json=BIA_REGISTERS, headers={"Idempotency-Key": "one"})
            for _ in range(2)
        )
        assert (again.status_code, again.json) == (201, first.json)
        assert again.headers["Idempotency-Replayed"] == "true"

    @pytest.mark.parametrize(
        ("given", "kept"),
        [("  Bia   Nunes ", "Bia Nunes"), ("Zoe\u0308", "Zoë"), ("D'Ávila 2º", "D'Ávila 2º")],
    )
    def test_a_name_is_kept_as_it_can_be_called(self, shop, given, kept):
        assert register(shop, name=given).json["name"] == kept

    @pytest.mark.parametrize("email", [None, "a@b.co", "bia.nunes+loja@mail.example.com.br"])
    def test_an_email_may_be_anything_like_one(self, shop, email):
        assert register(shop, email=email).json["email"] == email

    @pytest.mark.parametrize(
        ("field", "value"), [(field, value) for field, values in NONSENSE.items() for value in values]
    )
    def test_what_makes_no_sense_is_invalid_by_field(self, shop, field, value):
        answer = register(shop, **{field: value})
        assert answer.status_code == 422
        assert list(answer.json["errors"]) == [field]
        assert shop.http.get("/clients", headers=shop.manager).json["items"][0]["name"] == "Ana"

    @pytest.mark.parametrize("missing", ["cpf", "name"])
    def test_what_is_missing_is_named(self, shop, missing):
        body = {name: value for name, value in BIA_REGISTERS.items() if name != missing}
        answer = shop.http.post("/clients", json=body)
        assert (answer.status_code, list(answer.json["errors"])) == (422, [missing])


class TestIdentifying:
    @pytest.mark.parametrize("cpf", [BIA, "11144477735"])
    def test_anyone_is_told_id_and_first_name(self, shop, bia, cpf):
        answer = shop.http.get(f"/clients/cpf/{cpf}")
        assert answer.status_code == 200
        assert answer.json == {"id": bia["id"], "name": "Bia"}
        assert answer.headers["Cache-Control"] == "no-store"

    def test_a_manager_is_told_all_with_the_cpf_masked(self, shop, bia):
        assert shop.http.get(f"/clients/cpf/{BIA}", headers=shop.manager).json == bia

    @pytest.mark.parametrize("who", ["cozinha", "admin"])
    def test_other_staff_are_told_what_anyone_is(self, shop, bia, who):
        answer = shop.http.get(f"/clients/cpf/{BIA}", headers=shop.token(who))
        assert answer.json == {"id": bia["id"], "name": "Bia"}

    def test_a_manager_of_another_store_is_told_what_anyone_is(self, shop, bia):
        shop.open_other_store()
        credentials = {"username": "gerente", "password": "gerente"}
        token = shop.http.post("/stores/other/auth/token", json=credentials).json["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        assert shop.http.get(f"/clients/cpf/{BIA}", headers=headers).json == {"id": bia["id"], "name": "Bia"}
        assert shop.http.get(f"/stores/other/clients/cpf/{BIA}", headers=headers).status_code == 404
        assert shop.http.get("/clients", headers=headers).status_code == 403
        for path in (f"/clients/{bia['id']}", f"/clients/{bia['id']}/orders"):
            assert shop.http.get(f"/stores/other{path}", headers=headers).status_code == 404
        assert shop.http.delete(f"/stores/other/clients/{bia['id']}", headers=headers).status_code == 404

    @pytest.mark.parametrize(
        ("cpf", "status", "kind"),
        [
            (NOBODYS, 404, "client-not-found"),
            *((cpf, 422, "validation-error") for cpf in ("111.444.777-36", "Bia")),
        ],
    )
    def test_who_is_not_found_is_not_repeated(self, shop, cpf, status, kind):
        answer = shop.http.get(f"/clients/cpf/{cpf}")
        assert (answer.status_code, answer.json["type"]) == (status, f"/problems/{kind}")
        assert answer.json["instance"] == "/clients/cpf/{cpf}"
        assert cpf not in answer.text

    @pytest.mark.parametrize(
        "path", ["//clients//cpf//{}", "/clients/cpf/{}/", "/clients/cpf/{}/orders", "/{}"]
    )
    def test_a_path_that_is_none_is_not_repeated_either(self, shop, path):
        answer = shop.http.get(path.format(NOBODYS))
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
        assert NOBODYS not in f"{answer.text}{answer.headers}"

    def test_neither_log_line_nor_metric_tells_the_cpf(self, shop):
        with capture_logs() as lines:
            shop.http.get(f"/clients/cpf/{NOBODYS}")
        (line,) = [line for line in lines if line["event"] == "request"]
        assert line["route"] == "/clients/cpf/<private:cpf>"
        assert NOBODYS not in f"{lines}{shop.http.get('/metrics').text}"


class TestGuessing:
    @pytest.mark.usefixtures("bia")
    def test_an_address_may_ask_so_often_in_a_minute_whichever_way_it_asks(self, shop):
        shop.open_other_store()
        product = shop.product("X-Salada")
        for _ in range(15):
            assert shop.http.get(f"/clients/cpf/{BIA}").status_code == 200
            assert shop.http.get(f"/stores/other/clients/cpf/{BIA}").status_code == 404
            assert register(shop).status_code == 409
            assert shop.checkout((product, 1), client={"cpf": NOBODYS}).status_code == 422
        refused = (
            shop.http.get(f"/clients/cpf/{BIA}"),
            register(shop, cpf=NOBODYS),
            shop.checkout((product, 1), client={"cpf": BIA}),
        )
        for answer in refused:
            assert (answer.status_code, answer.json["type"]) == (429, "/problems/too-many-requests")
            assert answer.headers["Retry-After"] == "60"
        assert shop.checkout((product, 1)).status_code == 201
        assert shop.http.get(f"/clients/cpf/{BIA}", headers=shop.manager).status_code == 200
        elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
        assert shop.http.get(f"/clients/cpf/{BIA}", environ_overrides=elsewhere).status_code == 200

    @pytest.mark.usefixtures("bia")
    def test_honest_orders_and_registrations_are_not_counted(self, shop):
        product = shop.product("X-Salada")
        for _ in range(70):
            answer = shop.checkout((product, 1), client={"cpf": BIA})
            assert answer.status_code == 201 or answer.json["type"] == "/problems/too-many-unpaid-orders"
        assert shop.http.get(f"/clients/cpf/{BIA}").status_code == 200


class TestTheManager:
    def test_sees_the_newest_clients_first_in_pages(self, shop, bia):
        first = shop.http.get("/clients?limit=1", headers=shop.manager).json
        assert first["items"] == [bia]
        last = shop.http.get(f"/clients?limit=1&cursor={first['next']}", headers=shop.manager).json
        assert [(one["name"], one["cpf"]) for one in last["items"]] == [("Ana", "***.982.247-**")]
        assert last["next"] is None

    def test_sees_one_client(self, shop, bia):
        assert shop.http.get(f"/clients/{bia['id']}", headers=shop.manager).json == bia
        assert shop.http.get(f"/clients/{NOBODY}", headers=shop.manager).status_code == 404

    def test_sees_what_a_client_has_ordered_newest_first_in_pages(self, shop, bia):
        product = shop.product("X-Salada")
        ids = [shop.checkout((product, 1), client={"cpf": BIA}).json["id"] for _ in range(3)]
        shop.checkout((product, 1), client={"cpf": ANA})
        path, seen = f"/clients/{bia['id']}/orders?limit=2", []
        page = shop.http.get(path, headers=shop.manager).json
        seen += page["items"]
        page = shop.http.get(f"{path}&cursor={page['next']}", headers=shop.manager).json
        assert page["next"] is None
        assert [order["id"] for order in (*seen, *page["items"])] == ids[::-1]
        assert seen[0]["client"] == {"id": bia["id"], "name": "Bia"}
        assert shop.http.get(f"/clients/{NOBODY}/orders", headers=shop.manager).status_code == 404

    @pytest.mark.parametrize("cursor", ["x", encode_cursor("a", "b"), encode_cursor("2026-11-21", "b")])
    def test_a_cursor_of_another_list_is_invalid(self, shop, bia, cursor):
        answer = shop.http.get(f"/clients/{bia['id']}/orders?cursor={cursor}", headers=shop.manager)
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["cursor"])

    @pytest.mark.parametrize("who", ["anyone", "cozinha", "admin"])
    def test_alone_sees_clients_and_erases_them(self, shop, bia, who):
        headers = {} if who == "anyone" else shop.token(who)
        refused = 401 if who == "anyone" else 403
        for path in ("/clients", f"/clients/{bia['id']}", f"/clients/{bia['id']}/orders"):
            assert shop.http.get(path, headers=headers).status_code == refused
        assert shop.http.delete(f"/clients/{bia['id']}", headers=headers).status_code == refused
        assert shop.http.get(f"/clients/{bia['id']}", headers=shop.manager).status_code == 200


class TestErasing:
    def erase(self, shop, client):
        return shop.http.delete(f"/clients/{client['id']}", headers=shop.manager)

    def test_leaves_nobody_to_be_found(self, shop, bia):
        answer = self.erase(shop, bia)
        assert (answer.status_code, answer.data) == (204, b"")
        for path in (f"/clients/{bia['id']}", f"/clients/{bia['id']}/orders", f"/clients/cpf/{BIA}"):
            assert shop.http.get(path, headers=shop.manager).status_code == 404
        assert bia not in shop.http.get("/clients", headers=shop.manager).json["items"]

    def test_again_is_answered_the_same(self, shop, bia):
        assert self.erase(shop, bia).status_code == 204
        assert self.erase(shop, bia).status_code == 204
        assert self.erase(shop, {"id": NOBODY}).status_code == 404

    def test_leaves_the_orders_as_nobodys(self, shop, bia):
        order = shop.checkout((shop.product("X-Salada"), 2), client={"cpf": BIA}).json
        assert order["client"] == {"id": bia["id"], "name": "Bia"}
        self.erase(shop, bia)
        assert shop.show(order) == {**order, "client": None, "version": 2}
        shop.hear("payment.approved.v1", order["id"])
        assert shop.show(order)["status"] == "RECEIVED"
        (queued,) = shop.http.get("/orders", headers=shop.kitchen).json["items"]
        assert queued["client"] is None

    def test_makes_the_cpf_unknown_until_it_registers_again(self, shop, bia):
        self.erase(shop, bia)
        product = shop.product("X-Salada")
        answer = shop.checkout((product, 1), client={"cpf": BIA})
        assert (answer.status_code, answer.json["type"]) == (422, "/problems/unknown-client")
        again = register(shop)
        assert again.status_code == 201
        assert again.json["id"] != bia["id"]
        assert shop.checkout((product, 1), client={"cpf": BIA}).json["client"]["id"] == again.json["id"]

    def test_takes_the_name_out_of_the_answers_that_are_given_again(self, shop):
        def send(path, key, body):
            return shop.http.post(path, json=body, headers={"Idempotency-Key": key})

        bia = send("/clients", "one", BIA_REGISTERS).json
        items = [{"product_id": shop.product("X-Salada")["id"], "quantity": 1, "notes": "da Bia"}]
        checkout = {"items": items, "client": {"cpf": BIA}}
        order = send("/orders/checkout", "two", checkout).json
        cancel = f"/orders/{order['id']}/cancel"
        cancelled = send(cancel, "three", {}).json
        self.erase(shop, bia)
        again = send("/clients", "one", BIA_REGISTERS)
        assert again.json == {"id": bia["id"], "name": None, "cpf": None, "email": None, "created_at": None}
        without = {"client": None, "items": [{**order["items"][0], "notes": None}]}
        assert send("/orders/checkout", "two", checkout).json == {**order, **without}
        assert send(cancel, "three", {}).json == {**cancelled, **without}

    def test_takes_the_notes_when_the_kitchen_needs_them_no_more(self, shop, bia):
        items = [{"product_id": shop.product("X-Salada")["id"], "quantity": 1, "notes": "sem cebola"}]
        order = shop.http.post("/orders/checkout", json={"items": items, "client": {"cpf": BIA}}).json
        shop.hear("payment.approved.v1", order["id"])
        self.erase(shop, bia)
        assert shop.show(order)["items"][0]["notes"] == "sem cebola"
        for status in ("IN_PREPARATION", "READY", "FINISHED"):
            shop.advance(order, status)
        (loop,) = [loop for loop in shop.container.loops if loop.name == "orders-erasures"]
        assert [loop.step(), loop.step()] == [1, 0]
        assert shop.show(order)["items"][0]["notes"] is None


def test_a_fault_of_ours_tells_nobody_of_the_cpf(shop):
    class Broken:
        def execute(self, request):
            raise LookupError(f"no {request.cpf.digits} here")

    object.__setattr__(shop.container.usecases, "identify_client", Broken())
    with capture_logs() as lines:
        answer = create_app(shop.container).test_client().get(f"/clients/cpf/{BIA}")
    assert answer.status_code == 500
    assert "11144477735" not in answer.text + str([line for line in lines if line["event"] == "request"])
