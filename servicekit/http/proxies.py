"""Whom a request is from, where proxies stand between the client and us."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix


def install_proxies(app: Flask, trusted: int) -> None:
    """Believe what so many proxies in front of us say of the client's address and scheme; with 0, nobody.

    Each of them adds to X-Forwarded-For and X-Forwarded-Proto, or replaces them: what stands before their
    words is the client's own, and is not believed. The host is not among it: proxies pass that on as it is.
    """
    if trusted:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted)  # type: ignore[method-assign]
