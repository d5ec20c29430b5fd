"""What a browser may do with an answer: with one that is no page, nothing at all.

A page says in a Content-Security-Policy of its own what it needs (`content_security_policy`); what is sent
here only fills in. Strict-Transport-Security is no matter of ours: it belongs to whoever has the certificate.
"""

from collections.abc import Sequence

from flask import Flask, Response

NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
FRAMED_BY_NOBODY = "frame-ancestors 'none'"
STRICTEST = dict.fromkeys(("default-src", "base-uri", "form-action", "frame-ancestors"), ("'none'",))
REFERRER_POLICY = "same-origin"
"""Addresses hold ids that are as good as keys, so none is told elsewhere. With no referrer at all, a browser
would also withhold from our own pages' forms where they come from."""


def content_security_policy(**sources: Sequence[str]) -> str:
    """A page's policy: by directive (`script_src`) what it admits. What is not named admits nothing."""
    named = {name.replace("_", "-"): admitted for name, admitted in sources.items()}
    return "; ".join(f"{name} {' '.join(admitted)}" for name, admitted in {**STRICTEST, **named}.items())


def install_security_headers(app: Flask) -> None:
    """Send them with every answer of the app, errors included."""
    app.after_request(_secure)


def _secure(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", REFERRER_POLICY)
    headers.setdefault("Content-Security-Policy", NO_PAGE)
    if FRAMED_BY_NOBODY in headers["Content-Security-Policy"]:
        headers["X-Frame-Options"] = "DENY"  # for browsers that do not know frame-ancestors
    return response
