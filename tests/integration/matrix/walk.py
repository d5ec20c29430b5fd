"""Walking one route: each caller, for each store, with the things of each; and what is wrong then."""

import json
import re
from ipaddress import IPv6Address
from itertools import count
from urllib.parse import quote

from servicekit.http.stores import path_in_store
from tests.integration.matrix.callers import CALLERS
from tests.integration.matrix.entries import ENTRIES
from tests.integration.matrix.world import WORDS

ADDRESSES = count(int(IPv6Address("2001:db8::")))
REFUSED = {401, 403, 404}
DEFAULT = "default"


class NoEntry(AssertionError):
    """Nothing says who may call a route."""

    def __init__(self, service, route):
        super().__init__(
            f"{service} has a new route, and nothing says who may call it. Add {route!r} to the entries of "
            f"{service} in tests/integration/matrix/entries.py: who may call it, with what body or query, "
            "and what they are answered about what is theirs and about what is another store's. What new "
            "placeholders of its path stand for is planted in tests/integration/matrix/world.py."
        )


def rules_by_route(app):
    """The rules of each verb and path; both forms of a path are one route."""
    found = {}
    for rule in app.url_map.iter_rules():
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            found.setdefault(f"{method} {path_in_store(rule.rule)}", []).append(rule)
    return found


def complaints(world, service, route):
    """Whatever is wrong with an answer that somebody gets there, in a line each. Raises NoEntry."""
    if route not in ENTRIES[service]:
        raise NoEntry(service, route)
    method = route.partition(" ")[0]
    return [
        complaint
        for rule in rules_by_route(world.apps[service])[route]
        for entry in ENTRIES[service][route]
        for caller in CALLERS
        for call in calls(world, service, method, rule, entry, caller)
        if (complaint := call.complaint())
    ]


def calls(world, service, method, rule, entry, caller):
    """One for each store that the path can be about, with each thing that the call can name."""
    names_things = bool(rule.arguments - {"store"}) or entry.names_things
    for store in WORDS if "store" in rule.arguments else [DEFAULT]:
        for owner in WORDS if names_things else [store]:
            for things in world.things[owner] if names_things else world.things[owner][:1]:
                yield Call(world, service, method, rule, entry, caller, store, owner, things)


class Call:
    """A request to `store` by the caller, that names things of the `owner`."""

    def __init__(self, world, service, method, rule, entry, caller, store, owner, things):
        self.world, self.service, self.method = world, service, method
        self.entry, self.caller, self.store, self.owner = entry, caller, store, owner
        values = {**things, "store": store}
        adapter = world.apps[service].url_map.bind("localhost")
        wanted = {name: values[name] for name in rule.arguments}
        self.path = adapter.build(rule.endpoint, wanted, method)
        self.body = entry.json(things) if callable(entry.json) else entry.json
        self.query = entry.query(things) if callable(entry.query) else entry.query or {}

    def complaint(self):
        """What is wrong with the answer; empty where nothing is."""
        database = self.world.databases[self.service]
        with self.world.undone(self.service) as connection:
            before = connection.connection.driver_connection.total_changes
            answer, body = self._ask()
            written = connection.connection.driver_connection.total_changes - before
        assert not database.in_transaction()
        said = [
            *([f"expected {sorted(self.expected())}"] if answer.status_code not in self.expected() else []),
            *([f"wrote {written} rows"] if self._may_not_write(answer) and written else []),
            *(f"leaks {canary}" for canary in self._leaks(answer, body)),
        ]
        who = f"{self.caller.name}, with what is of {self.owner}"
        asked = f"{self.method} {self.path}"
        return f"{asked} by {who}: {answer.status_code}, {'; '.join(said)}" if said else ""

    def _may_not_write(self, answer):
        return answer.status_code in REFUSED and not self.entry.remembers

    def expected(self):
        """Which answers are right."""
        if self.caller.bad:
            return {401}
        if self.entry.who is not None:
            if self.caller.role is None:
                return {401}
            if self.caller.role not in self.entry.who or self.caller.store not in {self.store, "*"}:
                return {403}
        return self.entry.own if self.owner == self.store else self.entry.foreign

    def _ask(self):
        http = self.world.apps[self.service].test_client()
        options = {"data": self.entry.data} if self.body is None else {"json": self.body}
        answer = http.open(
            self.path,
            method=self.method,
            query_string=self.query,
            headers=self.caller.headers,
            # Of its own for each call, so that no limit hides what would be answered.
            environ_overrides={"REMOTE_ADDR": str(IPv6Address(next(ADDRESSES)))},
            **options,
        )
        if answer.mimetype != "text/event-stream":
            return answer, answer.data
        first = next(iter(answer.response))  # it would never end
        answer.close()
        return answer, first

    def _leaks(self, answer, body):
        """What the answer tells of a store that it is not about; where it refuses, of any at all."""
        if self.entry.public:
            return set()
        told = f"{body.decode(errors='replace')} {answer.headers}".lower()
        for sent in self._sent():
            told = told.replace(sent.lower(), "")
        hidden = set(WORDS) if answer.status_code in REFUSED else set(WORDS) - {self.store}
        return {canary for store in hidden for canary in self.world.canaries[store] if canary in told}

    def _sent(self):
        """What the caller has said themselves, which may come back: longest first."""
        texts = [
            self.path,
            *self.path.split("/"),
            *re.findall(r'"([^"]+)"', json.dumps(self.body)),
            *self.query.values(),
        ]
        return sorted({text for one in texts if one for text in (one, quote(one))}, key=len, reverse=True)
