"""Logs: one JSON object a line on standard error, also for the libraries' own lines."""

import logging
import logging.config
from collections.abc import MutableMapping
from typing import Any

import structlog

from servicekit.observability.context import current_correlation
from servicekit.observability.redaction import redacted_throughout


def configure_logs(level: str = "INFO", *, readable: bool = False) -> None:
    """Send all that is logged through one formatter: JSON, or coloured text for a person at a terminal."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _add_correlation,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if readable:
        rendered: list[structlog.typing.Processor] = [
            structlog.processors.format_exc_info,
            _redact,
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ]
    else:
        # Local variables stay out: they can be tokens or personal data.
        tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        rendered = [
            structlog.processors.ExceptionRenderer(tracebacks),
            _redact,
            structlog.processors.JSONRenderer(),
        ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for noisy in ("pika", "alembic", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _redact(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last word on every line, also those of libraries, and on what an exception says of itself."""
    return {name: redacted_throughout(value) for name, value in line.items()}


def _add_correlation(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    correlation = current_correlation()
    ids = {
        "request_id": correlation.request_id,
        "traceparent": correlation.traceparent,
        "causation_id": correlation.causation_id,
    }
    line.update({name: value for name, value in ids.items() if value and name not in line})
    return line
