"""The tables of settings in docs/operations.md, as the code has them.

`python -m tests.settings_tables` writes them.
"""

from pathlib import Path

import fake_checkout.settings
import orders_service.settings
import payment_service.settings
import standalone.settings
from servicekit.settings import describe

PAGE = Path(__file__).parents[1] / "docs" / "operations.md"
BEGIN, END = "<!-- settings: written by python -m tests.settings_tables -->\n", "<!-- settings end -->\n"
APPLICATIONS = {
    "orders_service": orders_service.settings.Settings,
    "payment_service": payment_service.settings.Settings,
    "fake_checkout": fake_checkout.settings.Settings,
    "The embedded run, beside those": standalone.settings.Settings,
}


def tables() -> str:
    """A table for each application: variable, default, meaning with its unit."""
    parts = []
    for title, settings in APPLICATIONS.items():
        lines = [f"### {title}", "", "| variable | default | meaning |", "|---|---|---|"]
        lines += [
            f"| `{one.variable}` | {_default(one.default)} | {one.meaning} |" for one in describe(settings)
        ]
        parts.append("\n".join(lines) + "\n")
    return "\n" + "\n".join(parts) + "\n"


def written() -> str:
    """What the page has in their place."""
    return PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


def _default(default: str) -> str:
    words = {"": "none", "required": "required", "(secret)": "for the demo alone"}
    return words.get(default, f"`{default}`")


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(text.replace(BEGIN + written() + END, BEGIN + tables() + END), encoding="utf-8")
