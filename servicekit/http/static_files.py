"""Scripts, styles and pictures of a page: a few small files, read once."""

from pathlib import Path

from flask import Response, request
from werkzeug.exceptions import NotFound

TYPES = {".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml"}
"""By our own word, not by the machine's: browsers are told to believe it."""


class StaticFiles:
    """The files of a folder. Raises KeyError for one of a type that is not known here."""

    def __init__(self, folder: Path) -> None:
        self._files = {file.name: (file.read_bytes(), TYPES[file.suffix]) for file in folder.iterdir()}

    def answer(self, name: str) -> Response:
        """One of them; 304 where the browser has it already, for which it asks each time. Raises NotFound."""
        if name not in self._files:
            raise NotFound
        content, mimetype = self._files[name]
        response = Response(content, mimetype=mimetype)
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag()
        response.make_conditional(request)
        return response
