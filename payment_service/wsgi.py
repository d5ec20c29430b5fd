"""The web process: gunicorn loads `payment_service.wsgi:application`. It never speaks with the broker."""

import os

from payment_service.bootstrap import from_environment
from payment_service.entrypoints.rest.app import create_app
from servicekit.observability.logs import configure_logs

configure_logs()
application = create_app(from_environment(os.environ))
