"""Local time: windows, zones, and the two days a year when clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.journey.conditions import All
from engine.journey.timing import WEEKDAYS, LocalWindow, zone_of
from engine.journey.triggers import ScheduleTrigger
from tests.builders import Walk, journey, node

BERLIN = ZoneInfo("Europe/Berlin")


def local(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """An instant by what clocks in the zone show."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def window(opens: str, closes: str | None = None, *weekdays: str) -> LocalWindow:
    return LocalWindow.model_validate({"opens": opens, "closes": closes, "weekdays": weekdays})


@pytest.mark.parametrize(
    ("shape", "now", "opens"),
    [
        (window("10:00"), "2026-03-02T09:59", "2026-03-02T10:00"),
        (window("10:00"), "2026-03-02T10:00", "2026-03-02T10:00"),
        (window("10:00"), "2026-03-02T10:01", "2026-03-03T10:00"),
        (window("09:00", "17:00"), "2026-03-02T12:00", "2026-03-02T12:00"),
        (window("09:00", "17:00"), "2026-03-02T17:00", "2026-03-03T09:00"),
        (window("22:00", "06:00"), "2026-03-02T23:00", "2026-03-02T23:00"),
        (window("22:00", "06:00"), "2026-03-02T05:59", "2026-03-02T05:59"),
        (window("22:00", "06:00"), "2026-03-02T06:00", "2026-03-02T22:00"),
        (window("22:00", "06:00", "fri"), "2026-03-07T05:00", "2026-03-07T05:00"),
        (window("22:00", "06:00", "fri"), "2026-03-06T05:00", "2026-03-06T22:00"),
        (window("10:00", None, "sat", "sun"), "2026-03-02T12:00", "2026-03-07T10:00"),
        (window("10:00", None, "mon"), "2026-03-02T12:00", "2026-03-09T10:00"),
    ],
)
def test_a_window_opens(shape: LocalWindow, now: str, opens: str) -> None:
    assert shape.next_open(local(now), BERLIN) == local(opens)


@pytest.mark.spec("F-084")
def test_a_delay_until_ten_fires_at_ten_in_each_profiles_zone_also_when_clocks_change() -> None:
    shape = journey(node("morning", "delay", window={"opens": "10:00"}), paths=["entry > morning > done"])
    evening = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)  # the night before clocks change in Europe, not elsewhere
    expected = {
        "Europe/Berlin": "2026-03-29T08:00:00+00:00",
        "America/New_York": "2026-03-29T14:00:00+00:00",
        "Asia/Tokyo": "2026-03-29T01:00:00+00:00",
    }
    for zone, at in expected.items():
        walk = Walk(shape, attributes={"timezone": zone}, now=evening)
        assert walk.decision.kind == "sleep_until"
        assert walk.decision.until.isoformat() == at
        assert walk.decision.until.astimezone(ZoneInfo(zone)).time() == time(10)
        walk.now = walk.decision.until
        walk.step()
        assert walk.state.ended == "completed"


@pytest.mark.spec("F-084")
def test_a_time_that_a_spring_change_skips_comes_when_the_clocks_have_moved() -> None:
    skipped = window("02:30").next_open(local("2026-03-29T00:00"), BERLIN)
    assert skipped.astimezone(BERLIN).isoformat() == "2026-03-29T03:30:00+02:00"


@pytest.mark.spec("F-084")
def test_a_time_that_an_autumn_change_repeats_comes_once() -> None:
    shape = window("02:30")
    first = shape.next_open(local("2026-10-25T00:00"), BERLIN)
    assert first.astimezone(BERLIN).isoformat() == "2026-10-25T02:30:00+02:00"
    again = shape.next_open(first + timedelta(seconds=1), BERLIN)
    assert again.astimezone(BERLIN).isoformat() == "2026-10-26T02:30:00+01:00"


@given(
    now=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants naive bounds
    opens=st.times(),
    closes=st.none() | st.times(),
    weekdays=st.sets(st.sampled_from(WEEKDAYS)),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe"]),
)
def test_a_window_always_opens_within_nine_days_and_is_open_then(
    now: datetime, opens: time, closes: time | None, weekdays: set[str], zone: str
) -> None:
    shape = LocalWindow.model_validate({"opens": opens, "closes": closes, "weekdays": sorted(weekdays)})
    at = shape.next_open(now, ZoneInfo(zone))
    assert now <= at <= now + timedelta(days=9)
    assert shape.next_open(at, ZoneInfo(zone)) == at


@pytest.mark.parametrize("name", [None, "", 5, "Mars/Olympus", "../etc/passwd", "America", "\0"])
def test_what_is_not_a_zone_falls_back(name: object) -> None:
    assert zone_of(name, "Asia/Tokyo") == ZoneInfo("Asia/Tokyo")
    assert zone_of(name, "nowhere") == ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("config", "now", "due"),
    [
        ({}, "2026-03-02T10:00", "2026-03-03T10:00"),
        ({"weekdays": ["wed"]}, "2026-03-02T12:00", "2026-03-04T10:00"),
        ({"day_of_month": 31}, "2026-03-31T11:00", "2026-04-30T10:00"),
        ({"day_of_month": 31}, "2026-02-01T11:00", "2026-02-28T10:00"),
        ({"day_of_month": 1}, "2026-03-02T11:00", "2026-04-01T10:00"),
    ],
)
def test_a_schedule_comes_next(config: dict[str, object], now: str, due: str) -> None:
    schedule = ScheduleTrigger.model_validate(
        {"at": "10:00", "zone": "Europe/Berlin", "audience": All(of=()).model_dump(), **config}
    )
    assert schedule.next_after(local(now)) == local(due)
