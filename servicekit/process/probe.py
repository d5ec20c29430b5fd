"""`python -m servicekit.process.probe [URL]`: exit status 0 where the process answers that it is well.

For images, which have no curl. Without an address it asks the web process of its container.
"""

import http.client
import os
import sys
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

WELL, NOT_WELL = 0, 1
PATIENCE_SECONDS = 6
"""An answer takes up to five seconds where the database does not answer."""


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Ask; what is wrong goes to standard output, where whoever runs the container keeps it."""
    url = arguments[0] if arguments else f"http://127.0.0.1:{environ.get('PORT', '8000')}/health/ready"
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", parts.path)
        answer = connection.getresponse()
        if answer.status == http.client.OK:
            return WELL
        said = f"{answer.status} {answer.read().decode(errors='replace').strip()}"
    except (OSError, http.client.HTTPException) as error:
        said = repr(error)
    finally:
        connection.close()
    sys.stdout.write(f"{url}: {said}\n")
    return NOT_WELL


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
