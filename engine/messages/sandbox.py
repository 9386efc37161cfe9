"""The Jinja2 environment in which message templates run: mappings to read from, a few filters, and nothing else.

Fields are looked up in mappings and lists only; no Python attribute is ever reached but those of `Money` and of
`loop`. A field that is absent or null is *empty*: it is false when tested, equal to nothing, and an error when printed
without a fallback. Arithmetic is for numbers, within eighteen digits.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn, cast

from jinja2 import StrictUndefined, Undefined, nodes
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import SandboxedEnvironment
from jinja2.tests import TESTS as JINJA_TESTS

from engine.messages.filters import FILTERS, MAX_TEXT, TESTS, LimitExceeded, as_text, within_limit
from engine.messages.grammar import EACH, JOIN, bound_work
from engine.messages.money import Money

MAX_RANGE = 1_000
MAX_STEPS = 20_000
MAX_NUMBER = 10**18
MAX_EXPONENT = 18
_MONEY_FIELDS = frozenset({"amount", "currency"})
_LOOP_FIELDS = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})


class Empty(StrictUndefined):
    """A field without a value: false, equal to nothing, and not to be printed, looped over or counted with."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return id(type(self))

    @property
    def field_name(self) -> str:
        """The name under which it was looked up."""
        return str(self._undefined_name)

    def fail(self) -> NoReturn:
        """Raise the error that printing it would raise."""
        self._fail_with_undefined_error()


class Sandbox(SandboxedEnvironment):
    """The environment. With `html`, printed values are escaped for HTML."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "**", "%"})

    def __init__(self, *, html: bool) -> None:
        super().__init__(autoescape=html, undefined=Empty, finalize=_printed, cache_size=0)
        self.filters = dict(FILTERS)
        self.tests = {name: JINJA_TESTS[name] for name in TESTS}
        self.globals = {}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field by name, as in `product.name`."""
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A field by name or an item by number, as in `event.items[0]`."""
        value = _looked_up(obj, argument)
        if value is None:
            return Empty(obj=obj, name=argument)
        _refuse_oversized(value)
        return value

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002 - Jinja2 calls it so
        """Arithmetic on numbers of sane size, and `+` on texts."""
        for operand in (left, right):
            if isinstance(operand, Empty):
                operand.fail()
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return within_limit(left + right)
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            raise TypeError(f"{operator} is for numbers here.")
        if abs(left) > MAX_NUMBER or abs(right) > (MAX_EXPONENT if operator == "**" else MAX_NUMBER):
            raise LimitExceeded("A number became larger than eighteen digits.")
        return self.binop_table[operator](left, right)

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        return super()._generate(bound_work(source), name, filename, defer_init)


class Budget:
    """What one rendering may still spend; made anew for each, so that loops cannot add up."""

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self._steps = steps

    def each(self, values: Any, weight: int) -> Iterator[Any]:
        """The values, one by one, each paid for with `weight` steps."""
        if isinstance(values, Empty):
            values.fail()
        if not isinstance(values, Mapping | Sequence) or isinstance(values, str):
            raise TypeError("A loop needs a list.")
        for value in cast("Iterable[Any]", values):
            _refuse_oversized(value)
            self._steps -= weight
            if self._steps < 0:
                raise LimitExceeded("The loops of this template repeat too often.")
            yield value

    def functions(self) -> dict[str, Callable[..., Any]]:
        """The functions that compiled templates call by name."""
        return {"range": capped_range, JOIN: join_texts, EACH: self.each}


def capped_range(*arguments: int) -> range:
    """`range`, up to a thousand numbers."""
    numbers = range(*arguments)
    if len(numbers) > MAX_RANGE:
        raise LimitExceeded(f"A range is longer than {MAX_RANGE} numbers.")
    return numbers


def join_texts(*values: Any) -> str:
    """What `~` means: the values as text, one after the other."""
    return within_limit("".join([_printed(value) for value in values]))


def _refuse_oversized(value: Any) -> None:
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise LimitExceeded(f"A value is longer than {MAX_TEXT} characters.")


def _looked_up(obj: Any, key: Any) -> Any:
    if isinstance(obj, dict | Mapping):
        fields = cast("Mapping[Any, Any]", obj)
        return fields.get(key) if isinstance(key, str | int) else None
    if isinstance(obj, Undefined):
        return None
    if isinstance(obj, Sequence) and isinstance(key, int):
        items = cast("Sequence[Any]", obj)
        return items[key] if -len(items) <= key < len(items) else None
    if (isinstance(obj, Money) and key in _MONEY_FIELDS) or (isinstance(obj, LoopContext) and key in _LOOP_FIELDS):
        return getattr(obj, key)
    return None


def _printed(value: Any) -> str:
    if type(value) is str:
        return value
    if isinstance(value, Empty):
        value.fail()
    return as_text(value)
