"""Whose call it is."""

from flask import g, request

from fake_checkout.domain.account import Account, Accounts
from fake_checkout.domain.payment import Payment
from fake_checkout.entrypoints.rest.cors import is_for_browsers
from fake_checkout.entrypoints.rest.provider_errors import Refused


def authenticate(accounts: Accounts) -> None:
    """Take note of the caller. Raises Refused where nobody can be told."""
    g.caller = _by_token(accounts) or _by_public_key(accounts)
    if g.caller is None:
        raise Refused(5, "Must provide your access_token to proceed", status=401)


def caller() -> Account:
    """The account whose call this is."""
    account: Account = g.caller
    return account


def require_own(payment: Payment) -> Payment:
    """The payment, where it is the caller's. Raises Refused."""
    if payment.terms.collector_id == caller().collector_id:
        return payment
    if request.method == "GET":
        raise Refused(4, "The caller is not authorized to access this resource", status=403)
    raise Refused(3002, "The caller is not authorized to perform this action", status=403)


def _by_token(accounts: Accounts) -> Account | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return None
    account = accounts.by_token(token.strip())
    if account is None:
        raise Refused(17, "Invalid credentials")
    if account.is_expired:
        raise Refused(17, "Expired access_token", status=401)
    return account


def _by_public_key(accounts: Accounts) -> Account | None:
    public_key = request.args.get("public_key")
    if public_key is None or not is_for_browsers():
        return None
    account = accounts.by_public_key(public_key)
    if account is None:
        raise Refused(17, "Invalid credentials")
    return account
