from datetime import UTC, datetime

import pytest

from servicekit.http.auth import Principal, TokenIssuer, TokenVerifier
from tests.fakes.orders_service.composed import PUBLIC_KEY, a_key_pair

GUEST = "gerente"


def sign_in(shop, username=GUEST, password=GUEST):
    return shop.http.post("/auth/token", json={"username": username, "password": password})


@pytest.mark.parametrize(
    ("name", "role", "store"),
    [("cozinha", "kitchen", "default"), ("gerente", "manager", "default"), ("admin", "admin", "*")],
)
def test_a_token_says_who_somebody_is(shop, name, role, store):
    answer = sign_in(shop, name, name)
    assert answer.status_code == 200
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["expires_in"] == 3600
    principal = TokenVerifier(PUBLIC_KEY).verify(answer.json["access_token"])
    assert (principal.subject, principal.role, principal.store) == (name, role, store)


@pytest.mark.parametrize(("username", "password"), [("gerente", "wrong"), ("nobody", "gerente")])
def test_a_wrong_name_and_a_wrong_password_look_the_same(shop, username, password):
    answer = sign_in(shop, username, password)
    assert answer.status_code == 401
    assert answer.json == sign_in(shop, "gerente", "also wrong").json


def test_a_name_whose_sign_ins_fail_has_to_wait(shop):
    for _ in range(10):
        assert sign_in(shop, password="wrong").status_code == 401
    answer = sign_in(shop)
    assert answer.status_code == 429
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Retry-After"] == "60"
    assert sign_in(shop, "cozinha", "cozinha").status_code == 200


def test_an_address_that_tries_many_names_has_to_wait(shop):
    for number in range(100):
        assert sign_in(shop, f"nobody{number}").status_code == 401
    assert sign_in(shop).status_code == 429


def test_sign_ins_that_succeed_are_not_counted(shop):
    for _ in range(30):
        assert sign_in(shop).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": "gerente"},
        {"username": "", "password": "x"},
        {"username": "x" * 65, "password": "x"},
        {"username": "a\x00", "password": "x"},
        {"username": ["gerente"], "password": "x"},
        {"username": "gerente", "password": "gerente", "role": "admin"},
    ],
)
def test_a_body_that_makes_no_sense_is_invalid(shop, body):
    assert shop.http.post("/auth/token", json=body).status_code == 422


def test_a_token_of_another_key_is_worth_nothing(shop):
    forged = TokenIssuer(a_key_pair()[0], 900).issue(
        Principal("gerente", "manager", "default"), datetime.now(UTC)
    )
    answer = shop.http.get("/orders", headers={"Authorization": f"Bearer {forged}"})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_bad_token_is_refused_also_where_none_is_needed(shop):
    assert shop.http.get("/products", headers={"Authorization": "Bearer x"}).status_code == 401


def test_every_route_says_who_may_call_it(shop):
    for rule in shop.app.url_map.iter_rules():
        assert hasattr(shop.app.view_functions[rule.endpoint], "policy"), rule


@pytest.mark.parametrize("who", ["anyone", "cozinha", "gerente", "admin"])
@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/orders", {"cozinha", "gerente"}),
        ("PATCH", "/orders/{id}/status", {"cozinha", "gerente"}),
        ("GET", "/orders/{id}/timeline", {"gerente"}),
        ("DELETE", "/orders/{id}", {"gerente"}),
        ("GET", "/orders/{id}", {"anyone", "cozinha", "gerente", "admin"}),
        ("GET", "/products", {"anyone", "cozinha", "gerente", "admin"}),
    ],
)
def test_each_role_may_do_what_the_contract_says(shop, who, method, path, allowed):
    order = shop.paid_order()
    headers = {} if who == "anyone" else shop.token(who)
    body = {"status": "IN_PREPARATION"} if method == "PATCH" else None
    answer = shop.http.open(path.format(id=order["id"]), method=method, json=body, headers=headers)
    if who in allowed:
        assert answer.status_code < 300
    else:
        assert answer.status_code == (401 if who == "anyone" else 403)


def test_health_is_open_and_names_what_it_checks(shop):
    assert shop.http.get("/health/live").status_code == 200
    assert shop.http.get("/health/ready").json["checks"] == {
        "orders-database": "ok",
        "orders-migrations": "ok",
    }
