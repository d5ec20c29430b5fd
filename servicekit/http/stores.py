"""Which store a request is about: the path's prefix /stores/{slug}, or the default store."""

import re
from typing import Any

from flask import Blueprint, Flask, g, request
from werkzeug.routing import BaseConverter

SLUG = "[a-z0-9][a-z0-9-]{0,63}"
"""What a store can be called, as a regular expression; any other path is no store's, and 404."""


class _Slug(BaseConverter):
    regex = SLUG


class _Private(BaseConverter):
    """A part of a path that names a person: it is read, and never repeated."""


def register_for_stores(app: Flask, blueprint: Blueprint, default_store: str) -> None:
    """Serve the blueprint at the root, for the default store, and below /stores/<store>."""
    register_stores(app, blueprint, default_store)
    app.register_blueprint(blueprint, url_prefix="/stores/<slug:store>", name=f"store_{blueprint.name}")


def register_stores(app: Flask, blueprint: Blueprint, default_store: str) -> None:
    """Serve the blueprint at the root alone. A path with a <slug:store> of its own is about that store."""

    def take_store(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.store = (values or {}).pop("store", default_store)

    app.url_map.converters |= {"slug": _Slug, "private": _Private}
    blueprint.url_value_preprocessor(take_store)
    app.register_blueprint(blueprint)


def current_store() -> str:
    """The slug of the store that the request is about."""
    store: str = g.store
    return store


def store_url(public_url: str) -> str:
    """The address below which the request found its store: what is linked from it is found there, too."""
    return public_url + request.path.removesuffix(path_in_store(request.path))


def path_in_store(path: str) -> str:
    """The path without the prefix: both forms name one resource."""
    parts = path.split("/", 3)  # "", "stores", the slug, the rest
    return "/" + parts[3] if path.startswith("/stores/") and len(parts) > 3 else path  # noqa: PLR2004


def told_path() -> str:
    """The path of the request, as it may be repeated: of a route with something private, the route alone."""
    rule = request.url_rule.rule if request.url_rule is not None else ""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule) if "<private:" in rule else request.path
