"""Commands for the parked events of one service or several, for an operator at a terminal."""

import json
from collections.abc import Mapping

import click

from servicekit.messaging.envelope import Unintelligible
from servicekit.messaging.outbox import instant
from servicekit.messaging.parked import NotParked, ParkedEvent, ParkedEvents


def parked_commands(services: Mapping[str, ParkedEvents]) -> click.Group:
    """The commands list, show, replay and drop over the parked events of each service, by its name."""

    @click.group(help="Events that could not be understood: list, show, replay or drop them.")
    def parked() -> None:
        """Group the commands."""

    @parked.command("list", help="One line for each parked event, oldest first.")
    def list_all() -> None:
        events = [(name, event) for name, one in services.items() for event in one.all()]
        for name, event in sorted(events, key=lambda pair: (pair[1].time, pair[1].id)):
            click.echo(f"{event.id}  {instant(event.time)}  {name}  {event.box}  {event.type}  {event.error}")
        click.echo(f"{len(events)} parked")

    @parked.command(help="Everything that is known of one; the id's beginning is enough.")
    @click.argument("event_id")
    def show(event_id: str) -> None:
        name, _, event = _find(services, event_id)
        click.echo(json.dumps(_told(name, event), indent=2, ensure_ascii=False))

    @parked.command(help="Have it handled again, now that what was wrong is mended.")
    @click.argument("event_id")
    def replay(event_id: str) -> None:
        name, parked_events, event = _find(services, event_id)
        try:
            parked_events.replay(event.id)
        except Unintelligible as error:
            raise click.ClickException(f"it still cannot be read: {error}") from error
        click.echo(f"{event.id} is due again in {name}")

    @parked.command(help="Never handle it; the reason is kept with it.")
    @click.argument("event_id")
    @click.option("--reason", required=True, help="why it may be dropped")
    def drop(event_id: str, reason: str) -> None:
        name, parked_events, event = _find(services, event_id)
        parked_events.drop(event.id, reason)
        click.echo(f"{event.id} is dropped in {name}")

    return parked


def _find(services: Mapping[str, ParkedEvents], event_id: str) -> tuple[str, ParkedEvents, ParkedEvent]:
    found = []
    for name, parked_events in services.items():
        try:
            found.append((name, parked_events, parked_events.show(event_id)))
        except NotParked:
            continue
    if len(found) != 1:
        raise click.ClickException(
            f"not one parked event, but none or several, has an id that begins with {event_id}"
        )
    return found[0]


def _told(name: str, event: ParkedEvent) -> dict[str, object]:
    raw = event.raw.decode("utf-8", errors="backslashreplace") if event.raw is not None else None
    return {
        "service": name,
        "box": event.box,
        "id": event.id,
        "type": event.type,
        "store": event.store,
        "subject": event.subject,
        "time": instant(event.time),
        "error": event.error,
        "data": event.data,
        "raw": raw,
    }
