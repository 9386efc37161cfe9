"""Logs name nobody, whatever an exception quotes and whichever library speaks."""

import json
import logging

import pytest
import structlog

from api.logs import MASK, MaskingFormatter, mask
from tests.architecture.sources import ROOT
from tests.log_watch import LogWatch

PERSONAL = (
    "ada@shop.example",
    "+44 20 7946 0123",
    "+442079460123",
    "https://push.example/wpush/v2/gAAAAABsecret",
    "https://fcm.googleapis.com/wp/secret",
    "https://web.push.apple.com/QSecret",
    "https://wns2-par02p.notify.windows.com/w/?token=secret",
)
HARMLESS = (
    "snd_01kbjv0m8e5w3tq9z7c2r4x6yd",
    "2027-01-05T12:00:00+00:00",
    "2.5+1234567890",
    "https://shop.example/fjell",
    "go.temporal.io/server@v1.32.0/common/log/zap_logger.go:156",
    "context deadline exceeded: 2027-01-05 12:00:00 +0000 UTC m=+12.345678901",
    r'details: b"\x1aB\n@type.googleapis.com/temporal.api.errordetails.v1.NotFoundFailure"',
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


def test_a_row_that_the_database_refused_is_not_quoted() -> None:
    said = "null value in column\nDETAIL:  Failing row contains (prf_1, Ada (Countess), Lovelace, null).\n[SQL: INSERT]"
    assert mask(None, "error", {"exception": said})["exception"] == (
        f"null value in column\nDETAIL:  Failing row contains ({MASK}).\n[SQL: INSERT]"
    )


@pytest.mark.parametrize("text", HARMLESS)
def test_what_names_nobody_stays_readable(text: str) -> None:
    assert mask(None, "info", {"event": text}) == {"event": text}


@pytest.mark.spec("R-007")
def test_whatever_a_test_logs_is_scanned_for_people_as_production_would_print_it(log_watch: LogWatch) -> None:
    before = log_watch.written

    structlog.get_logger().warning("mail", to="ada@shop.example")
    logging.getLogger("a.library").warning("mail to %s", "ada@shop.example")

    assert log_watch.written >= before + 2, "our lines and those of libraries come by"
    assert log_watch.take() == [], "masked, as on their way out of a process"
    logging.getLogger("a.library").debug("INSERT INTO profile %r", "Ada Lind")
    assert log_watch.take() == [], "libraries that chat about values are not heard at any level"


@pytest.mark.spec("R-007")
@pytest.mark.parametrize("text", [*PERSONAL[:1], *PERSONAL[2:4], *PERSONAL[5:], "for Ada Lind"])
def test_a_line_that_names_somebody_fails_its_test(text: str, request: pytest.FixtureRequest) -> None:
    watch = LogWatch()
    print(f"delivered\ncannot reach {text}", file=watch)
    print(*HARMLESS, sep="\n", file=watch)

    [found] = watch.take()

    assert request.node.name in found
    assert found.endswith(f"cannot reach {text}")
    assert watch.take() == []


@pytest.mark.spec("R-007")
def test_the_test_during_which_somebody_was_named_fails(request: pytest.FixtureRequest) -> None:
    house = request.config.pluginmanager.get_plugin(str(ROOT / "tests" / "conftest.py"))
    assert house is not None
    ending = house.pytest_runtest_teardown()
    next(ending)
    logging.getLogger("a.library").warning("told %s", "Ada Lind")

    with pytest.raises(pytest.fail.Exception) as failed:
        next(ending)

    assert request.node.name in str(failed.value)
    assert str(failed.value).endswith("told Ada Lind")
