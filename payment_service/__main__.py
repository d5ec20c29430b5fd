"""The command line, `python -m payment_service`: see entrypoints/commands.py."""

import os

from payment_service.bootstrap import from_environment
from payment_service.entrypoints.commands import main

main(os.environ, from_environment)
