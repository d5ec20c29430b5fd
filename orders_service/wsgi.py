"""The web process: gunicorn loads `orders_service.wsgi:application`. It opens no connection to the broker."""

import os

from orders_service.bootstrap import from_environment
from orders_service.entrypoints.rest.app import create_app
from servicekit.observability.logs import configure_logs

configure_logs()
container = from_environment(os.environ)
container.refuse_guests()
application = create_app(container)
