"""A store's own account at the provider, for its managers: brought, and never shown again."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from payment_service.domain.errors import NoAccountNumber
from payment_service.entrypoints.rest.payment_schemas import AccountJson, AccountSchema, account_json
from payment_service.entrypoints.usecases import UseCases
from payment_service.usecases.manage_account_usecase import AccountOf, PutAccount
from servicekit.http.auth import roles
from servicekit.http.documentation import documented
from servicekit.http.requests import parse_body
from servicekit.http.stores import current_store

ACCOUNT = AccountSchema()


def account_blueprint(usecases: UseCases) -> Blueprint:
    """Where the store is paid."""
    blueprint = Blueprint("account", __name__)

    @blueprint.put("/payments/account")
    @roles("manager")
    @documented(
        "Be paid through an account of the store's own",
        answers={200: AccountJson},
        body=ACCOUNT,
        problems=(NoAccountNumber,),
    )
    def put_account() -> ResponseReturnValue:
        put = PutAccount(store=current_store(), **parse_body(ACCOUNT))
        return jsonify(account_json(usecases.put_account.execute(put)))

    @blueprint.get("/payments/account")
    @roles("manager")
    @documented("Whether the store has an account of its own", answers={200: AccountJson})
    def show_account() -> ResponseReturnValue:
        return jsonify(account_json(usecases.show_account.execute(AccountOf(current_store()))))

    @blueprint.delete("/payments/account")
    @roles("manager")
    @documented("Be paid through the platform's account again", answers={204: None})
    def retire_account() -> ResponseReturnValue:
        usecases.retire_account.execute(AccountOf(current_store()))
        return "", 204

    return blueprint
