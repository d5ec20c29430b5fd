"""Where the emulator hangs in a process of its own."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/fake-checkout"


def below_prefix(application: "WSGIApplication") -> "WSGIApplication":
    """The application, for requests with the prefix in their path and for those without."""

    def mounted(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == PREFIX or path.startswith(f"{PREFIX}/"):
            prefix = {
                "SCRIPT_NAME": environ.get("SCRIPT_NAME", "") + PREFIX,
                "PATH_INFO": path[len(PREFIX) :],
            }
            return application({**environ, **prefix}, start_response)
        return application(environ, start_response)

    return mounted
