"""Clients: for anyone, to register and to be greeted; for a manager, all else."""

from uuid import UUID

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from orders_service.domain.client_errors import ClientNotFound, CpfRegistered
from orders_service.entrypoints.rest.client_schemas import (
    ClientsSchema,
    CpfSchema,
    GreetingJson,
    HistorySchema,
    RegistrationJson,
    RegistrationSchema,
    greeting_json,
    history_json,
    history_position_of,
    registration_json,
    registrations_json,
)
from orders_service.entrypoints.rest.identification_limit import IdentificationLimit
from orders_service.entrypoints.rest.order_schemas import OrderJson
from orders_service.entrypoints.usecases import UseCases
from orders_service.usecases.browse_clients_usecase import ListClients, ShowClient, ShowHistory
from orders_service.usecases.erase_client_usecase import EraseClient
from orders_service.usecases.identify_client_usecase import IdentifyClient
from orders_service.usecases.register_client_usecase import RegisterClient
from servicekit.http.auth import anyone, has_role_here, roles
from servicekit.http.documentation import TOO_MANY, PageJson, documented
from servicekit.http.idempotency import idempotent
from servicekit.http.requests import invalid, parse, parse_body, parse_query
from servicekit.http.stores import current_store, store_url

REGISTRATION = RegistrationSchema()
CPF = CpfSchema()
CLIENTS = ClientsSchema()
HISTORY = HistorySchema()


def client_blueprint(usecases: UseCases, public_url: str, limit: IdentificationLimit) -> Blueprint:
    """All paths below /clients."""
    blueprint = Blueprint("clients", __name__)

    @blueprint.after_request
    def keep_nowhere(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        return response

    @blueprint.post("/clients")
    @anyone
    @documented(
        "Register as a client",
        answers={201: RegistrationJson},
        body=REGISTRATION,
        headers=("Location",),
        problems=(CpfRegistered, TOO_MANY),
    )
    @idempotent
    def register() -> ResponseReturnValue:
        body = parse_body(REGISTRATION)
        limit.count_if_answered(CpfRegistered.slug)
        wanted = RegisterClient(current_store(), body["cpf"], body["name"], body["email"])
        registration = usecases.register_client.execute(wanted)
        location = f"{request.path}/{registration.client.id}"
        return jsonify(registration_json(registration)), 201, {"Location": location}

    @blueprint.get("/clients/cpf/<private:cpf>")
    @anyone
    @documented(
        "Greet a client by CPF; tell a manager all",
        answers={200: GreetingJson | RegistrationJson},
        path=CPF,
        also_for=("manager",),
        problems=(
            ClientNotFound,
            TOO_MANY,
        ),
    )
    def identify(cpf: str) -> ResponseReturnValue:
        manages = has_role_here("manager")
        if not manages:
            limit.count()
        wanted = IdentifyClient(current_store(), parse(CPF, {"cpf": cpf})["cpf"])
        registration = usecases.identify_client.execute(wanted)
        return jsonify(registration_json(registration) if manages else greeting_json(registration.client))

    @blueprint.get("/clients")
    @roles("manager")
    @documented("The clients", answers={200: PageJson[RegistrationJson]}, query=CLIENTS)
    def browse() -> ResponseReturnValue:
        asked = parse_query(CLIENTS)
        before = asked["cursor"][0] if asked["cursor"] is not None else None
        page = usecases.list_clients.execute(ListClients(current_store(), before, asked["limit"]))
        return jsonify(registrations_json(page))

    @blueprint.get("/clients/<uuid:client_id>")
    @roles("manager")
    @documented("A client", answers={200: RegistrationJson}, problems=(ClientNotFound,))
    def show(client_id: UUID) -> ResponseReturnValue:
        registration = usecases.show_client.execute(ShowClient(current_store(), str(client_id)))
        return jsonify(registration_json(registration))

    @blueprint.get("/clients/<uuid:client_id>/orders")
    @roles("manager")
    @documented(
        "A client's orders", answers={200: PageJson[OrderJson]}, query=HISTORY, problems=(ClientNotFound,)
    )
    def history(client_id: UUID) -> ResponseReturnValue:
        asked = parse_query(HISTORY)
        try:
            before = history_position_of(asked["cursor"])
        except ValueError as error:
            raise invalid({"cursor": ["Not a cursor of this list."]}) from error
        wanted = ShowHistory(current_store(), str(client_id), before, asked["limit"])
        return jsonify(history_json(usecases.show_history.execute(wanted), store_url(public_url)))

    @blueprint.delete("/clients/<uuid:client_id>")
    @roles("manager")
    @documented("Erase what is known of a client", answers={204: None}, problems=(ClientNotFound,))
    def erase(client_id: UUID) -> ResponseReturnValue:
        usecases.erase_client.execute(EraseClient(current_store(), str(client_id)))
        return "", 204

    return blueprint
