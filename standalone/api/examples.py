"""Examples: what a running system was asked and what it answered, once, and kept.

By operation what was sent and each answer by status; of each problem one, wherever it occurred.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROBLEM_TYPE = "application/problem+json"


@dataclass(slots=True)
class Examples:
    """`operations` is {operation: {"request": body, "answers": {status: body}}}.

    `problems` are by slug, `events`, in their envelopes, by type.
    """

    operations: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: dict[str, Any] = field(default_factory=dict)
    events: dict[str, Any] = field(default_factory=dict)

    @staticmethod
    def read(path: Path) -> "Examples":
        """Those that were kept."""
        return Examples(**json.loads(path.read_text(encoding="utf-8")))

    def write(self, path: Path) -> None:
        """Keep them."""
        kept = {
            "operations": dict(sorted(self.operations.items())),
            "problems": dict(sorted(self.problems.items())),
            "events": dict(sorted(self.events.items())),
        }
        path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    def add(self, operation_id: str, sent: object, status: int, media_type: str, answered: Any) -> None:
        """Note one exchange; of each kind the first is kept."""
        if media_type == PROBLEM_TYPE:
            self.problems.setdefault(answered["type"].removeprefix("/problems/"), answered)
            return
        known = self.operations.setdefault(operation_id, {"answers": {}})
        if sent is not None:
            known.setdefault("request", sent)
        known["answers"].setdefault(str(status), answered)

    def added_to(self, operation: dict[str, Any]) -> dict[str, Any]:
        """The operation with its examples."""
        known = self.operations.get(operation["operationId"], {"answers": {}})
        request = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if request is not None and "request" in known:
            request["example"] = known["request"]
        for status, response in operation["responses"].items():
            for media_type, content in response.get("content", {}).items():
                if media_type == PROBLEM_TYPE:
                    self._show_problems(content)
                elif status in known["answers"]:
                    content["example"] = known["answers"][status]
        return operation

    def of_problems(self) -> dict[str, Any]:
        """One of each problem."""
        return {
            slug: {"summary": body["title"], "value": body} for slug, body in sorted(self.problems.items())
        }

    def _show_problems(self, content: dict[str, Any]) -> None:
        slugs = [kind.removeprefix("/problems/") for kind in content["schema"]["properties"]["type"]["enum"]]
        shown = {slug: {"$ref": f"#/components/examples/{slug}"} for slug in slugs if slug in self.problems}
        if shown:
            content["examples"] = shown
