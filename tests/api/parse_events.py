"""`python -m tests.api.parse_events`: AsyncAPI's parser on the document of the events.

Not a part of `./run test`: the parser brings 136 packages, and finds what its JSON Schema finds, which is.
"""

from pathlib import Path

import click

from tests.servers.node import install_packages, run_node

PARSER = Path(__file__).parent / "parser"
DOCUMENT = Path(__file__).parents[2] / "docs" / "api" / "asyncapi.json"

if __name__ == "__main__":
    install_packages(PARSER)
    click.echo(run_node(PARSER, "node", "check.mjs", str(DOCUMENT), seconds=120), nl=False)
