"""`python -m servicekit.process.probe [PORT]`: exit status 0 where the process there says that it is ready.

For containers, which have no curl; without a port it asks the web process of its own container. It runs every
few seconds in each of them, so it loads next to nothing: HTTP by hand starts twice as fast as http.client.
"""

import os
import socket
import sys
from collections.abc import Mapping, Sequence

WELL, NOT_WELL = 0, 1
PATIENCE_SECONDS = 6
"""An answer takes up to five seconds where the database does not answer."""
PIECE = 65536
REQUEST = b"GET /health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n"


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Ask; what is wrong goes to standard output, where whoever runs the container keeps it."""
    port = int(arguments[0] if arguments else environ.get("PORT", "8000"))
    try:
        with socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as connection:
            connection.sendall(REQUEST)
            answer = b"".join(iter(lambda: connection.recv(PIECE), b""))
    except OSError as error:
        sys.stdout.write(f"{error!r}\n")
        return NOT_WELL
    if answer.split(maxsplit=2)[1:2] == [b"200"]:
        return WELL
    sys.stdout.buffer.write(answer)
    return NOT_WELL


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
