import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from flask import Blueprint, Flask
from hypothesis import given
from hypothesis import strategies as st

from servicekit.http.auth import (
    EVERY_STORE,
    BadKey,
    Principal,
    TokenIssuer,
    TokenVerifier,
    UndeclaredPolicy,
    anyone,
    current_principal,
    has_role_here,
    install_auth,
    roles,
    signed_by_sender,
    thumbprint,
)
from servicekit.http.problems import Problem, install_problems
from servicekit.http.stores import register_for_stores


def private_pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem(key):
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


KEY = Ed25519PrivateKey.generate()
PUBLIC = public_pem(KEY)
MANAGER = Principal("gerente", "manager", "default")
A_DAY = timedelta(days=1)
"""No run of the tests is so long: what is wrong with a bad token is what its name says, and not its age."""


class NoSuchThing(Exception):
    slug: ClassVar[str] = "x"


def issue(principal=MANAGER, *, key=KEY, at=None):
    return TokenIssuer(private_pem(key), int(A_DAY.total_seconds())).issue(principal, at or datetime.now(UTC))


def claims(**changes):
    now = datetime.now(UTC)
    usual = {
        "iss": "comanda",
        "aud": "comanda-api",
        "sub": "gerente",
        "role": "manager",
        "store": "default",
        "iat": now,
        "nbf": now,
        "exp": now + A_DAY,
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def signed(algorithm="EdDSA", key=KEY, headers=None, **changes):
    return jwt.encode(claims(**changes), key, algorithm=algorithm, headers=headers)


@pytest.fixture
def app():
    app = Flask(__name__, static_folder=None)
    blueprint = Blueprint("notes", __name__)

    @blueprint.get("/public")
    @anyone
    def public():
        who = current_principal()
        return {"who": who.subject if who else None, "manages": has_role_here("manager")}

    @blueprint.get("/kitchen")
    @roles("kitchen", "manager")
    def kitchen():
        return {"who": current_principal().subject}

    @blueprint.post("/webhook")
    @signed_by_sender
    def webhook():
        return {}

    register_for_stores(app, blueprint, "default")
    install_problems(app, NoSuchThing)
    install_auth(app, TokenVerifier(PUBLIC))
    return app


def get(app, path, token=None, scheme="Bearer"):
    headers = {} if token is None else {"Authorization": f"{scheme} {token}"}
    return app.test_client().get(path, headers=headers)


def test_a_token_speaks_of_its_principal():
    assert TokenVerifier(PUBLIC).verify(issue()) == MANAGER


def test_a_route_for_anyone_needs_no_token(app):
    assert get(app, "/public").json == {"who": None, "manages": False}


def test_a_route_whose_sender_signs_needs_no_token(app):
    assert app.test_client().post("/webhook").status_code == 200


def test_a_route_for_anyone_knows_who_shows_a_token(app):
    assert get(app, "/public", issue()).json == {"who": "gerente", "manages": True}
    assert get(app, "/stores/other/public", issue()).json == {"who": "gerente", "manages": False}


def test_a_route_for_roles_needs_a_token(app):
    answer = get(app, "/kitchen")

    assert answer.status_code == 401
    assert answer.json["type"] == "/problems/unauthorized"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("role", ["kitchen", "manager"])
def test_a_route_for_roles_lets_those_in(app, role):
    assert get(app, "/kitchen", issue(Principal("ana", role, "default"))).json == {"who": "ana"}


@pytest.mark.parametrize("role", ["customer", "admin", "", "Manager", "kitchen,manager"])
def test_any_other_role_is_403(app, role):
    answer = get(app, "/kitchen", issue(Principal("ana", role, "default")))

    assert answer.status_code == 403
    assert "kitchen or manager" in answer.json["detail"]


def test_staff_of_another_store_are_403(app):
    assert get(app, "/stores/other/kitchen", issue()).status_code == 403
    assert get(app, "/kitchen", issue(Principal("ana", "manager", "other"))).status_code == 403


def test_staff_of_every_store_are_staff_of_each(app):
    everywhere = issue(Principal("ana", "manager", EVERY_STORE))

    assert get(app, "/kitchen", everywhere).status_code == 200
    assert get(app, "/stores/other/kitchen", everywhere).status_code == 200


@pytest.mark.parametrize("scheme", ["Basic", "Token", "BearerX"])
def test_another_scheme_is_401(app, scheme):
    assert get(app, "/kitchen", issue(), scheme).status_code == 401


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer "])
def test_the_scheme_is_read_as_http_does(app, scheme):
    assert get(app, "/kitchen", issue(), scheme).status_code == 200


def encoded(part):
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unsigned(header, payload=None, signature=b"x"):
    return ".".join((encoded(header), encoded(payload or {"sub": "a"}), encoded(signature)))


def hmac_with_the_public_key():

    payload = {**claims(), **{name: int(claims()[name].timestamp()) for name in ("iat", "nbf", "exp")}}
    body = f"{encoded({'alg': 'HS256', 'typ': 'JWT'})}.{encoded(payload)}"
    return f"{body}.{encoded(hmac.new(PUBLIC.encode(), body.encode(), hashlib.sha256).digest())}"


LONG_AGO = datetime.now(UTC) - 2 * A_DAY
FAR_OFF = datetime.now(UTC) + A_DAY
BAD_TOKENS = {
    "alg none": jwt.encode(claims(), None, algorithm="none"),
    "alg None": unsigned({"alg": "None"}, signature=b""),
    "HS256 with the public key": hmac_with_the_public_key(),
    "HS256 with a secret": signed("HS256", "s" * 32),
    "ES256": signed("ES256", generate_private_key(SECP256R1())),
    "another Ed25519 key": issue(key=Ed25519PrivateKey.generate()),
    "expired": issue(at=LONG_AGO),
    "expired a minute ago": signed(exp=datetime.now(UTC) - timedelta(seconds=60)),
    "not yet valid": signed(nbf=FAR_OFF, exp=FAR_OFF + A_DAY),
    "issued in the future": signed(iat=FAR_OFF),
    "wrong audience": signed(aud="another-api"),
    "wrong issuer": signed(iss="mallory"),
    "role no text": signed(role=["manager"]),
    "store no text": signed(store=1),
    "subject no text": signed(sub=1),
    **{
        f"without {name}": signed(**{name: None})
        for name in ("iss", "aud", "sub", "role", "store", "exp", "nbf")
    },
    "empty signature": ".".join([*issue().split(".")[:2], ""]),
    "another payload": ".".join([issue().split(".")[0], encoded({"role": "admin"}), issue().split(".")[2]]),
    "header no object": unsigned([]),
    "header without alg": unsigned({}),
    "alg no text": unsigned({"alg": ["EdDSA"]}),
    "alg null": unsigned({"alg": None}),
    "kid of no key": signed(headers={"kid": "x"}),
    "kid no text": unsigned({"alg": "EdDSA", "kid": 1}),
    "crit": unsigned({"alg": "EdDSA", "crit": ["b64"], "b64": False}),
    "header nested deeply": unsigned(b"[" * 6000),
    "header not UTF-8": unsigned(b"\xff\xfe"),
    "header NaN": unsigned(b'{"alg": NaN}'),
    "no dots": "garbage",
    "one dot": "a.b",
    "four dots": "a.b.c.d.e",
    "dots alone": "..",
    "not base64": "!!.!!.!!",
    "not ASCII": "é.é.é",
}


@pytest.mark.parametrize("name", BAD_TOKENS)
def test_a_bad_token_is_401_whatever_is_wrong_with_it(app, name):
    for path in ("/kitchen", "/public", "/nowhere"):
        answer = get(app, path, BAD_TOKENS[name])

        assert answer.status_code == 401
        assert answer.json["detail"] == "The token is not valid, or no longer."


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", " "])
def test_a_header_without_a_token_is_401(app, header):
    assert app.test_client().get("/kitchen", headers={"Authorization": header}).status_code == 401


@given(st.integers(0, 10_000), st.characters(max_codepoint=255))
def test_a_token_with_one_character_changed_is_refused(at, instead):
    token = issue()
    at %= len(token) - 1  # of the last character, base64 reads only some bits
    changed = token[:at] + instead + token[at + 1 :]

    if changed != token:
        with pytest.raises(Problem):
            TokenVerifier(PUBLIC).verify(changed)


@given(st.text(max_size=60))
def test_no_text_raises_anything_but_a_problem(text):
    with pytest.raises(Problem):
        TokenVerifier(PUBLIC).verify(text)


def test_clocks_may_differ_by_half_a_minute():
    slow, fast = datetime.now(UTC) - A_DAY - timedelta(seconds=15), datetime.now(UTC) + timedelta(seconds=20)

    assert TokenVerifier(PUBLIC).verify(issue(at=slow)) == MANAGER
    assert TokenVerifier(PUBLIC).verify(issue(at=fast)) == MANAGER


def test_an_app_with_a_route_that_declares_no_policy_does_not_start():
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/declared", "declared", anyone(lambda: ""))
    app.add_url_rule("/forgotten", "forgotten", lambda: "")

    with pytest.raises(UndeclaredPolicy, match=r"^/forgotten$"):
        install_auth(app, TokenVerifier(PUBLIC))


def test_a_route_without_a_policy_that_is_added_later_is_closed(app):
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")

    answer = get(app, "/forgotten", issue())

    assert answer.status_code == 500
    assert "open" not in answer.text


def test_an_unknown_path_is_404_for_whoever_asks(app):
    assert get(app, "/nowhere").status_code == 404
    assert get(app, "/nowhere", issue()).status_code == 404


@pytest.mark.parametrize(
    "pem",
    ["", "garbage", PUBLIC, private_pem(generate_private_key(SECP256R1()))],
    ids=["empty", "garbage", "public", "another kind"],
)
def test_an_issuer_needs_an_ed25519_private_key(pem):
    with pytest.raises(BadKey):
        TokenIssuer(pem, 60)


@pytest.mark.parametrize(
    "pem",
    ["", "garbage", private_pem(KEY), public_pem(generate_private_key(SECP256R1()))],
    ids=["empty", "garbage", "private", "another kind"],
)
def test_a_verifier_needs_an_ed25519_public_key(pem):
    with pytest.raises(BadKey):
        TokenVerifier(pem)


OTHER = Ed25519PrivateKey.generate()


def test_a_token_names_its_key_by_the_thumbprint_that_rfc_8037_works_out():
    x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(x + "="))

    assert thumbprint(public) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    assert jwt.get_unverified_header(issue())["kid"] == thumbprint(KEY.public_key())


@pytest.mark.parametrize("between", ["", "\n", "\n\n"])
def test_tokens_of_every_accepted_key_are_good(between):
    third = Ed25519PrivateKey.generate()
    accepted = public_pem(OTHER).strip() + between + public_pem(third)
    verifier = TokenVerifier(PUBLIC, accepted)

    for key in (KEY, OTHER, third):
        assert verifier.verify(issue(key=key)) == MANAGER


def test_a_key_that_is_no_longer_accepted_is_worth_nothing():
    with pytest.raises(Problem):
        TokenVerifier(PUBLIC).verify(issue(key=OTHER))


def test_a_token_that_names_no_key_is_of_the_current_one():
    verifier = TokenVerifier(PUBLIC, public_pem(OTHER))

    assert verifier.verify(signed()) == MANAGER
    with pytest.raises(Problem):
        verifier.verify(signed(key=OTHER))


def test_a_token_that_names_another_key_than_its_own_is_refused():
    verifier = TokenVerifier(PUBLIC, public_pem(OTHER))

    with pytest.raises(Problem):
        verifier.verify(signed(headers={"kid": thumbprint(OTHER.public_key())}))


@pytest.mark.parametrize("accepted", ["garbage", PUBLIC + "garbage", PUBLIC.replace("MC", "", 1)])
def test_accepted_keys_have_to_be_keys(accepted):
    with pytest.raises(BadKey):
        TokenVerifier(PUBLIC, accepted)


def test_the_lifetime_can_be_told():
    assert TokenIssuer(private_pem(KEY), 900).lifetime_seconds == 900
