import pytest

PASSWORD = "uma frase bem longa"


@pytest.fixture
def admin(shop):
    return shop.token("admin")


def add(shop, headers, username="bia", role="kitchen", path="/staff", password=PASSWORD):
    body = {"username": username, "password": password, "role": role}
    return shop.http.post(path, json=body, headers=headers)


def sign_in(shop, username, password=PASSWORD, path="/auth/token"):
    return shop.http.post(path, json={"username": username, "password": password})


def names(shop, headers, path="/staff"):
    return [(one["username"], one["role"]) for one in shop.http.get(path, headers=headers).json["items"]]


@pytest.mark.parametrize("role", ["kitchen", "manager"])
def test_a_manager_adds_somebody_who_can_sign_in(shop, role):
    answer = add(shop, shop.manager, "joão", role)
    assert (answer.status_code, answer.json) == (201, {"username": "joão", "role": role})
    assert answer.headers["Location"] == "/staff/jo%C3%A3o"
    assert ("joão", role) in names(shop, shop.manager)
    assert sign_in(shop, "joão").status_code == 200
    assert shop.http.delete(answer.headers["Location"], headers=shop.manager).status_code == 204


def test_a_manager_makes_no_admin_and_neither_sees_nor_removes_one(shop):
    answer = add(shop, shop.manager, role="admin")
    assert (answer.status_code, answer.json["type"]) == (403, "/problems/role-forbidden")
    assert names(shop, shop.manager) == [("cozinha", "kitchen"), ("gerente", "manager")]
    gone = shop.http.delete("/staff/admin", headers=shop.manager)
    assert (gone.status_code, gone.json["type"]) == (404, "/problems/staff-not-found")


def test_an_admin_sees_to_the_staff_of_every_store(shop, admin):
    shop.open_other_store()
    assert add(shop, admin, "chefe", "admin").status_code == 201
    assert names(shop, admin)[:2] == [("admin", "admin"), ("chefe", "admin")]
    assert add(shop, admin, "nova", "manager", "/stores/other/staff").status_code == 201
    assert ("nova", "manager") in names(shop, admin, "/stores/other/staff")
    assert ("nova", "manager") not in names(shop, admin)
    assert sign_in(shop, "nova").status_code == 401
    assert sign_in(shop, "nova", path="/stores/other/auth/token").status_code == 200
    assert shop.http.delete("/stores/other/staff/gerente", headers=admin).status_code == 204
    assert add(shop, admin, path="/stores/nowhere/staff").status_code == 404


def test_staff_are_listed_in_pages(shop, admin):
    first = shop.http.get("/staff?limit=2", headers=admin).json
    second = shop.http.get("/staff", query_string={"cursor": first["next"]}, headers=admin).json
    listed = [one["username"] for one in first["items"] + second["items"]]
    assert (listed, second["next"]) == (["admin", "cozinha", "gerente"], None)


def test_a_name_is_given_once(shop):
    assert add(shop, shop.manager, "cozinha").json["type"] == "/problems/username-taken"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"password": "curta"}, "weak-password"),
        ({"username": "a/b"}, "invalid-username"),
        ({"role": "cook"}, "validation-error"),
        ({"role": None}, "validation-error"),
        ({"username": ["a"]}, "validation-error"),
        ({"store": "other"}, "validation-error"),
        ({"password": "x" * 201}, "validation-error"),
    ],
)
def test_what_makes_no_sense_is_422(shop, changes, problem):
    body = {"username": "bia", "password": PASSWORD, "role": "kitchen", **changes}
    answer = shop.http.post("/staff", json=body, headers=shop.manager)
    assert (answer.status_code, answer.json["type"]) == (422, f"/problems/{problem}")
    assert PASSWORD not in answer.text


@pytest.mark.parametrize(
    ("who", "username", "status", "problem"),
    [
        ("gerente", "gerente", 409, "not-yourself"),
        ("admin", "admin", 409, "not-yourself"),
        ("admin", "gerente", 409, "last-manager"),
        ("gerente", "ninguem", 404, "staff-not-found"),
        ("gerente", "%00", 404, "staff-not-found"),
    ],
)
def test_nobody_removes_themselves_the_last_manager_or_nobody(shop, who, username, status, problem):
    answer = shop.http.delete(f"/staff/{username}", headers=shop.token(who))
    assert (answer.status_code, answer.json["type"]) == (status, f"/problems/{problem}")


def test_whoever_was_removed_cannot_sign_in_again(shop):
    assert shop.http.delete("/staff/cozinha", headers=shop.manager).status_code == 204
    assert sign_in(shop, "cozinha", "cozinha").status_code == 401


def test_a_password_is_digested_nowhere_but_in_its_slow_hash(shop):
    headers = {**shop.manager, "Idempotency-Key": "one"}
    assert add(shop, headers).status_code == 201
    assert add(shop, headers).status_code == 409
