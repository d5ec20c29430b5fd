"""The command line, `python -m orders_service`: see entrypoints/commands.py."""

import os

from orders_service.bootstrap import from_environment
from orders_service.entrypoints.commands import main
from orders_service.entrypoints.rest.app import DEFAULT_STORE

main(os.environ, from_environment, DEFAULT_STORE)
