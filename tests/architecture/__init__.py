"""Rules of the architecture that import-linter has no contract for, as contracts of its kind."""
