"""The rest of the testers' console: faults, clock and switches, and the calls that came in."""

import re
from dataclasses import fields
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import UnprocessableEntity

from fake_checkout.domain.errors import FaultNotValid
from fake_checkout.domain.fault_rule import AFTER_EFFECT, BEFORE_EFFECT, WEBHOOK_KINDS, Rule, written
from fake_checkout.domain.switches import CHOICES
from fake_checkout.entrypoints.pages import words
from fake_checkout.entrypoints.pages.console_views import workbench_notice
from fake_checkout.entrypoints.rest.control_schemas import FURTHEST_SECONDS
from fake_checkout.entrypoints.rest.provider_errors import Refused
from fake_checkout.entrypoints.rest.wire import plain_numbers, read_object
from fake_checkout.entrypoints.services import Services
from fake_checkout.usecases.set_faults_usecase import SetFaultsRequest
from servicekit.http.requests import is_clean

NEWEST_CALLS = 100
TEXTS = frozenset({"kind", "method", "path", "external_reference"})
_WHOLE = re.compile("[0-9]{1,15}")
_FRACTION = re.compile("[0-9]{1,9}[.,][0-9]{1,6}")
GROUPS = (
    ("No lugar do efeito", sorted(BEFORE_EFFECT)),
    ("Depois do efeito", sorted(AFTER_EFFECT)),
    ("Webhooks", sorted(WEBHOOK_KINDS)),
)


def add_workbench(blueprint: Blueprint, services: Services) -> None:
    """The pages beside the list of payments."""
    _add_faults(blueprint, services)
    _add_settings(blueprint, services)

    @blueprint.get("/console/requests")
    def requests() -> str:
        every = services.books.requests()
        return render_template(
            "requests.html",
            calls=[*every[-NEWEST_CALLS:]][::-1],
            received=len(every),
            shown=NEWEST_CALLS,
            **workbench_notice(services),
        )


def _add_faults(blueprint: Blueprint, services: Services) -> None:
    def page(problem: str | None = None) -> str:
        return render_template(
            "faults.html",
            groups=GROUPS,
            kinds=words.FAULTS,
            written=_described,
            problem=problem,
            said=request.form,
            **workbench_notice(services),
        )

    @blueprint.get("/console/faults")
    def faults() -> str:
        return page()

    @blueprint.post("/console/faults")
    def add_fault() -> ResponseReturnValue:
        try:
            services.add_fault.execute(_members(request.form))
        except FaultNotValid as error:
            return page(str(error)), UnprocessableEntity.code
        return redirect(url_for("pages.faults"), 303)

    @blueprint.post("/console/faults/clear")
    def clear_faults() -> ResponseReturnValue:
        services.set_faults.execute(SetFaultsRequest(0, ()))
        return redirect(url_for("pages.faults"), 303)

    @blueprint.post("/console/faults/seed")
    def begin_again() -> ResponseReturnValue:
        seed = request.form.get("seed", "").strip()
        if not _WHOLE.fullmatch(seed):
            raise UnprocessableEntity("The form names no seed: a whole number of up to 15 digits.")
        rules = [written(watch.rule) for watch in services.books.faults().watches]
        services.set_faults.execute(SetFaultsRequest(int(seed), rules))
        return redirect(url_for("pages.faults"), 303)

    @blueprint.post("/console/faults/<int:place>/remove")
    def remove_fault(place: int) -> ResponseReturnValue:
        services.remove_fault.execute(place)
        return redirect(url_for("pages.faults"), 303)


def _add_settings(blueprint: Blueprint, services: Services) -> None:
    @blueprint.get("/console/settings")
    def settings() -> str:
        return render_template(
            "settings.html",
            now=services.books.now(),
            steps=words.STEPS,
            choices=CHOICES,
            switches=services.switches(),
            switch_words=words.SWITCHES,
            **workbench_notice(services),
        )

    @blueprint.post("/console/clock")
    def turn_clock() -> ResponseReturnValue:
        services.set_clock.execute(timedelta(seconds=_seconds(services)))
        return redirect(url_for("pages.settings"), 303)

    @blueprint.post("/console/switches")
    def turn_switches() -> ResponseReturnValue:
        services.set_switches.execute(request.form.to_dict())
        return redirect(url_for("pages.settings"), 303)

    @blueprint.post("/console/reset")
    def start_anew() -> ResponseReturnValue:
        if request.form.get("sure") != "yes":
            raise UnprocessableEntity("The form does not say that you are sure.")
        services.reset.execute()
        return redirect(url_for("pages.console"), 303)


def _seconds(services: Services) -> int:
    """How far the clock is to be from the real one: `by` so much more, or 0 `to` be back."""
    by, offset = request.form.get("by", ""), round(services.books.offset().total_seconds())
    if request.form.get("to") == "0":
        return 0
    digits = by.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > len(str(FURTHEST_SECONDS)):
        raise UnprocessableEntity("The form does not say how far to turn the clock.")
    wanted = offset + int(by)
    if abs(wanted) > FURTHEST_SECONDS:
        raise UnprocessableEntity("The clock cannot be turned so far.")
    return wanted


def _members(form: Any) -> dict[str, Any]:
    """The rule that a form describes; what cannot be read is left as it is, for the rule to refuse."""
    said = {field.name: form.get(field.name, "").strip() for field in fields(Rule)}
    if not all(map(is_clean, said.values())):
        raise UnprocessableEntity("Control characters are not allowed.")
    return {name: text if name in TEXTS else _read(text) for name, text in said.items() if text}


def _read(text: str) -> Any:
    """An object, a number or a yes; anything else stays text."""
    if text.startswith("{"):
        try:
            return plain_numbers(read_object(text.encode()))
        except Refused:
            return text
    if _WHOLE.fullmatch(text):
        return int(text)
    if _FRACTION.fullmatch(text):
        return float(text.replace(",", "."))
    return True if text == "true" else text


def _described(rule: Rule) -> str:
    """What a rule says beside its kind, in short."""
    said = {**written(rule), "kind": None}
    defaults = {field.name: field.default for field in fields(Rule)}
    return " · ".join(
        f"{name} {value}" for name, value in said.items() if value is not None and value != defaults[name]
    )
