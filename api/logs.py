"""Logs: one JSON object a line, with ids and never with addresses, names or contents.

What we log ourselves names nobody. An exception may quote what it could not use, so whatever looks like an e-mail
address, a phone number or a browser's push endpoint is masked on its way out, in tracebacks and other libraries' lines
as well. Libraries are heard from warnings on: below that, drivers tell the values of statements, which may be names.
"""

import logging
import re
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

MASK = "[masked]"
_PERSONAL = re.compile(
    r"[\w.!#$%&'*+/=?^`{|}~-]+@(?!type\.googleapis\.com/)[\w-]+(?:\.[\w-]+)*\.(?!\d)[\w-]+"  # an e-mail address;
    # server@v1.32.0 is a Go module, and \n@type.googleapis.com/… the name of a message in an error of gRPC
    r"|(?<![\w.:])(?<!\bm=)\+\d[\d ().-]{6,}\d"  # a phone number (E.164), spaced as people like; m=+1.5 is Go's clock
    r"|(?<=/)(?:wpush|fcm/send|wp)/[^\s\"']+"  # what names a browser in its push endpoint: Mozilla's and Google's,
    r"|(?<=push\.apple\.com/)[^\s\"']+|(?<=notify\.windows\.com/)[^\s\"']+"  # Apple's and Microsoft's
    r"|(?<=Failing row contains \()[^\n]*(?=\))"  # PostgreSQL quotes the row that it refused
)


def configure_logs(level: str, stream: TextIO | None = None) -> None:
    """Log to the stream, standard output unless told otherwise, from `level` (debug, info, warning, error) on."""
    stream = stream or sys.stdout
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            mask,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(MaskingFormatter(logging.BASIC_FORMAT))
    logging.basicConfig(level=max(logging.getLevelNamesMapping()[level.upper()], logging.WARNING), handlers=[handler])


def masked(text: str) -> str:
    """The text without what names a person."""
    return _PERSONAL.sub(MASK, text)


def mask(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A line of ours, masked."""
    return {name: masked(value) if isinstance(value, str) else value for name, value in event.items()}


class MaskingFormatter(logging.Formatter):
    """A line of somebody else's library, with its traceback, masked."""

    def format(self, record: logging.LogRecord) -> str:
        """As text."""
        return masked(super().format(record))
