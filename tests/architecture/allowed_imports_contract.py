"""A contract for import-linter that lists what may be imported, where its own lists what may not."""

import sys
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from importlinter.domain.helpers import module_expressions_to_modules


class AllowedImportsContract(Contract):
    """Keeps packages from importing anything but the standard library, themselves and what is allowed.

    Configuration options:
        - source_modules:   The packages that are kept; imports inside each of them are free.
        - allowed_modules:  What else of the root packages or of installed ones they may import. (Optional.)
    """

    type_name = "allowed_imports"

    source_modules = fields.SetField(subfield=fields.ModuleExpressionField())
    allowed_modules = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 (import-linter's)
        """Compares every direct import of the source packages with what they may import."""
        sources: Any = self.source_modules
        allowed: Any = self.allowed_modules or set()
        violations = sorted(
            f"{module} -> {imported}"
            for source in module_expressions_to_modules(graph, sources)
            for module in {source.name, *graph.find_descendants(source.name)}
            for imported in graph.find_modules_directly_imported_by(module)
            if not _may_import(imported, {source.name, *allowed})
        )
        return ContractCheck(kept=not violations, metadata={"violations": violations})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Prints one line for each import that is not allowed."""
        for violation in check.metadata["violations"]:
            output.print_error(f"- {violation} is not allowed", bold=False)
        output.new_line()


def _may_import(imported: str, packages: set[str]) -> bool:
    standard = imported.partition(".")[0] in sys.stdlib_module_names
    return standard or any(imported == package or imported.startswith(f"{package}.") for package in packages)
