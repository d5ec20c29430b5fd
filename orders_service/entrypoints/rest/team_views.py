"""Who works in a store: managers see to their own, admins to every store's."""

from typing import Annotated, TypedDict
from urllib.parse import quote

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from marshmallow import fields

from orders_service.domain.staff import Role, Staff, StaffKeeper
from orders_service.domain.staff_errors import (
    InvalidUsername,
    LastManager,
    NotYourself,
    RoleForbidden,
    StaffNotFound,
    UsernameTaken,
    WeakPassword,
)
from orders_service.entrypoints.rest.catalogue_schemas import PageSchema
from orders_service.entrypoints.usecases import UseCases
from orders_service.usecases.add_staff_usecase import AddStaff
from orders_service.usecases.list_staff_usecase import ListStaff
from orders_service.usecases.remove_staff_usecase import RemoveStaff
from servicekit.http.auth import current_staff, roles
from servicekit.http.documentation import PageJson, documented
from servicekit.http.pagination import encode_cursor
from servicekit.http.requests import StrictSchema, StrictString, is_clean, parse_body, parse_query
from servicekit.http.stores import current_store

PAGE = PageSchema()


class NewStaffSchema(StrictSchema):
    """Somebody who begins to work here."""

    username = StrictString(shortest=1, longest=64, required=True)
    password = StrictString(shortest=1, longest=200, required=True)
    role = fields.Enum(Role, by_value=True, required=True)


class StaffJson(TypedDict):
    """Somebody who works here."""

    username: str
    role: Annotated[str, Role]


NEW_STAFF = NewStaffSchema()


def team_blueprint(usecases: UseCases) -> Blueprint:
    """Adding takes no Idempotency-Key: its digest of the body would be a fast hash of the password.

    It needs none either, since a second request finds the name taken.
    """
    blueprint = Blueprint("team", __name__)

    @blueprint.get("/staff")
    @roles("manager", "admin")
    @documented("The staff", answers={200: PageJson[StaffJson]}, query=PAGE)
    def browse() -> ResponseReturnValue:
        asked = parse_query(PAGE)
        after = None if asked["cursor"] is None else asked["cursor"][0]
        page = usecases.list_staff.execute(ListStaff(current_store(), _keeper().role, after, asked["limit"]))
        following = None if page.next is None else encode_cursor(page.next)
        return jsonify(items=[_staff_json(member) for member in page.items], next=following)

    @blueprint.post("/staff")
    @roles("manager", "admin")
    @documented(
        "Let somebody work here",
        answers={201: StaffJson},
        body=NEW_STAFF,
        headers=("Location",),
        problems=(UsernameTaken, WeakPassword, InvalidUsername, RoleForbidden),
    )
    def add() -> ResponseReturnValue:
        body = parse_body(NEW_STAFF)
        wanted = AddStaff(current_store(), body["username"], body["role"], body["password"], _keeper())
        member = usecases.add_staff.execute(wanted)
        return jsonify(_staff_json(member)), 201, {"Location": f"{request.path}/{quote(member.username)}"}

    @blueprint.delete("/staff/<username>")
    @roles("manager", "admin")
    @documented(
        "Let somebody work here no more",
        answers={204: None},
        problems=(StaffNotFound, RoleForbidden, NotYourself, LastManager),
    )
    def remove(username: str) -> ResponseReturnValue:
        if not is_clean(username):  # nobody bears it, and not every database can be asked for it
            raise StaffNotFound(username)
        usecases.remove_staff.execute(RemoveStaff(current_store(), username, _keeper()))
        return "", 204

    return blueprint


def _keeper() -> StaffKeeper:
    who = current_staff()
    return StaffKeeper(who.subject, Role(who.role))


def _staff_json(member: Staff) -> StaffJson:
    return {"username": member.username, "role": member.role.value}
