"""Runs the pods of the manifests on a Docker engine, as the manifests say: `python -m tests.rehearsal`.

docs/kubernetes.md says what that proves, and what it cannot.
"""
