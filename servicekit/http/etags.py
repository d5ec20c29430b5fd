"""Optimistic concurrency over HTTP (RFC 9110): the version is the ETag, and If-Match names the one seen.

Check inside the transaction that changes the thing, on the version just read: the use case's request takes
`require_match` as its check, so that nothing can change between the check and the change.
"""

from flask import request

from servicekit.http.problems import Problem


def etag_of(version: int) -> str:
    """The ETag header's value."""
    return f'"{version}"'


def require_match(version: int) -> None:
    """Whoever names a version in If-Match must name this one. Raises Problem 412.

    A proxy that compresses an answer makes its ETag a weak one. That is good here all the same: it names the
    version, whatever became of the bytes.
    """
    if "If-Match" not in request.headers:
        return
    if not request.if_match.contains_weak(str(version)):
        detail = "Somebody changed this since you loaded it. Load it again."
        raise Problem(412, "precondition-failed", "Precondition failed", detail)
