"""A service's web and worker as one process, so that there are fewer to start: PACKAGE and PORT are told.

The sources are those of the folder that it is started in, whatever release they are of.
"""

import importlib
import os
import sys
import threading

from werkzeug.serving import make_server

if __name__ == "__main__":
    package, port = sys.argv[1:]
    application = importlib.import_module(f"{package}.wsgi").application
    server = make_server("127.0.0.1", int(port), application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.exit(importlib.import_module(f"{package}.worker").main(os.environ))
