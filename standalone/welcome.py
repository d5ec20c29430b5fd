"""What the embedded run tells the person who started it."""

import textwrap

import fake_checkout.settings
import orders_service.settings
import payment_service.settings
import standalone.settings
from servicekit.settings import describe

WIDTH = 100


def welcome(public_url: str) -> None:
    """Print the addresses to open and how to sign in."""
    print(
        f"""
Comanda is ready at {public_url}
  menu                    {public_url}/products
  provider's console      {public_url}/fake-checkout/
  health                  {public_url}/health
  sign in                 POST {public_url}/auth/token as cozinha, gerente or admin (password: the same word)
  see the saga at work    ./run demo
Stop with Ctrl-C.
""",
        flush=True,
    )


def settings_help() -> str:
    """Every setting of every application, once, with its meaning and default."""
    classes = {
        "The embedded run": standalone.settings.Settings,
        "orders_service": orders_service.settings.Settings,
        "payment_service": payment_service.settings.Settings,
        "fake_checkout": fake_checkout.settings.Settings,
    }
    lines: list[str] = []
    for title, settings_class in classes.items():
        lines += [
            title,
            *(_line(one.variable, one.default, one.meaning) for one in describe(settings_class)),
            "",
        ]
    return "\n".join(lines)


def _line(variable: str, default: str, meaning: str) -> str:
    text = f"{variable:<30} {meaning} [{default or 'empty'}]"
    return textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent=" " * 33)
