"""Logs: one JSON object a line, with ids and never with addresses, names or contents."""

import logging
import sys

import structlog


def configure_logs(level: str) -> None:
    """Log to standard output from `level` (debug, info, warning, error) on."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=level.upper() if level != "info" else "WARNING", stream=sys.stdout)
