"""Another day for a piece of Python: what it makes of the clock comes out otherwise there.

    exec(source, {"__builtins__": builtins_of_another_day()})  # date.today() in it is 401 days and some hours from now

Only what the piece itself imports from `datetime` and `time` is led away; everybody else's clock stays right. The way
there is such that year, month, weekday, hour and minute are all different.
"""

import builtins
import datetime as real
import time as real_time
from types import ModuleType
from typing import Any, Self

_AWAY = real.timedelta(days=401, hours=7, minutes=13)


def builtins_of_another_day() -> dict[str, Any]:
    """What every module is given, but for the import of a clock."""
    clocks = {"datetime": _datetime_module(), "time": _time_module()}

    def led_away(name: str, *rest: Any) -> Any:
        return clocks[name] if name in clocks else builtins.__import__(name, *rest)

    return {**vars(builtins), "__import__": led_away}


class _Date(real.date):
    @classmethod
    def today(cls) -> Self:
        there = real.date.today() + _AWAY  # noqa: DTZ011 - it is the local day that was asked for
        return cls(there.year, there.month, there.day)


class _Datetime(real.datetime):
    @classmethod
    def now(cls, tz: real.tzinfo | None = None) -> Self:
        return super().now(tz) + _AWAY

    @classmethod
    def utcnow(cls) -> Self:
        return cls.now(real.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> Self:
        return cls.now()


def _datetime_module() -> ModuleType:
    module = ModuleType("datetime")
    vars(module).update({**vars(real), "date": _Date, "datetime": _Datetime})
    return module


def _time_module() -> ModuleType:
    def seconds() -> float:
        return real_time.time() + _AWAY.total_seconds()

    def localtime(at: float | None = None) -> real_time.struct_time:
        return real_time.localtime(seconds() if at is None else at)

    def gmtime(at: float | None = None) -> real_time.struct_time:
        return real_time.gmtime(seconds() if at is None else at)

    def strftime(form: str, at: Any = None) -> str:
        return real_time.strftime(form, localtime() if at is None else at)

    module = ModuleType("time")
    own = {"time": seconds, "localtime": localtime, "gmtime": gmtime, "strftime": strftime}
    vars(module).update({**vars(real_time), **own, "time_ns": lambda: int(seconds() * 1e9)})
    return module
