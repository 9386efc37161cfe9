"""Logs name nobody, whatever an exception quotes and whichever library speaks."""

import json
import logging

import pytest
import structlog

from api.logs import MASK, MaskingFormatter, mask

PERSONAL = ("ada@shop.example", "+44 20 7946 0123", "+442079460123", "https://push.example/wpush/v2/gAAAAABsecret")
HARMLESS = (
    "snd_01kbjv0m8e5w3tq9z7c2r4x6yd",
    "2027-01-05T12:00:00+00:00",
    "2.5+1234567890",
    "https://shop.example/fjell",
    "go.temporal.io/server@v1.32.0/common/log/zap_logger.go:156",
    "context deadline exceeded: 2027-01-05 12:00:00 +0000 UTC m=+12.345678901",
)


@pytest.mark.parametrize("text", PERSONAL)
def test_what_names_a_person_is_masked_in_lines_and_tracebacks(text: str) -> None:
    try:
        raise ValueError(f"cannot use {text!r}")
    except ValueError:
        event = structlog.processors.format_exc_info(None, "error", {"event": f"for {text}", "exc_info": True})
    line = json.dumps(mask(None, "error", event))

    assert text not in line
    assert MASK in line
    record = logging.LogRecord("other", logging.WARNING, "x", 1, "mail to %s", (text,), None)
    assert text not in MaskingFormatter().format(record)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_names_nobody_stays_readable(text: str) -> None:
    assert mask(None, "info", {"event": text}) == {"event": text}
