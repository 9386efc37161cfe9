"""Finding people as one types: by anything that names them, the likeliest first.

    id, e-mail, phone, the shop's own id, visitor id, browser, order number     the whole of it     0
    name                                     the whole of it; the beginning of each word of it      1, 2
    e-mail, phone, the shop's own id, visitor id                           the beginning of it      3
    name; then e-mail, phone, the shop's own id                               any part of it     4, 5

Each line is looked up by an index of its own (migration 0002) and gives at most `MOST` people, so that a search in a
million of them costs what a search in a thousand costs. PostgreSQL is asked for beginnings in the order of their index,
of which it then reads no more than that many entries. Who is named by the whole of an address, a number or an id is
looked for first, and alone. Who was found is then judged here, in one place, by what is written on her; between equals
the shorter name comes first. One letter is the beginning of a name; two are looked for in the middle of words only
where few people have a word that begins with them.

On PostgreSQL the columns `profile.search_name` and `profile.search_address` hold what is written on a person. There a
letter stands for each blank and sign, because trigrams leave signs out: else `l.b` would be looked for in all words.
Trigrams are slow where half the shop has them, and reading people one by one is slow where few have them; so some are
read one by one, which finds enough of what is common, and only what is not common there is looked up by trigrams.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    any_,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    text,
    union_all,
)

from engine.store.database import LOWERED
from engine.store.paging import Cursor, StaleCursor
from engine.store.profiles import ProfileSummary, summarise
from engine.store.statements import Executor, core, in_chunks, is_sqlite
from engine.store.tables import Event, Identity, Profile, PushSubscription

MatchKind = Literal["id", "name", "email", "phone", "external_id", "anonymous_id", "device", "order"]
MOST = 100
"""People that one way of looking gives, at most."""
SAMPLE = 4_000
"""People who are read one by one before trigrams are asked."""
FEW = 20
"""Where fewer people than this begin with two letters, the middle of words is looked at for them."""
_PAGES = "found"
_SHORTEST_PHONE = 4
_TRIGRAM = 3
_AS_LETTERS = str.maketrans(" @.+_-", "ᚠᚢᚦᚨᚱᚲ")
"""The letters that stand for a blank and for signs in what PostgreSQL searches; no name is written in runes."""
_AFTER = "abcdefghijklmnopqrstuvwxyz0123456789ßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿąćčďđęěğıłńňőœřśşšťůűźżžᚠᚢᚦᚨᚱᚲ"
"""What may come after two letters in a name: with each of these they are three, which the trigrams find."""
_LETTERS = re.compile(rf"[^\W_]{{{_TRIGRAM}}}")
_NO_NAME = re.compile(r"[\d@/:_]")
_PHONE_SIGNS = re.compile(r"[\s+/().-]")
_NAMES = ("first_name", "last_name")
_ADDRESSES = ("email", "external_id", "phone")
_SEARCHED = (*_NAMES, *_ADDRESSES)
_EACH_ANEW = text("SET LOCAL plan_cache_mode = force_custom_plan")
"""Which index is best depends on how common the letters are: a plan that fits all letters fits none."""
_BY_INDEX = text("SET LOCAL enable_seqscan = off")
"""What a sample did not have is rare, whatever the planner thinks of it."""
_profile, _identity = core(Profile), core(Identity)
_event, _subscription = core(Event), core(PushSubscription)


@dataclass(frozen=True, slots=True)
class Match:
    """What of a person it was that fits, and how it reads."""

    kind: MatchKind
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """A person who was found."""

    profile: ProfileSummary
    match: Match


@dataclass(frozen=True, slots=True)
class FoundPage:
    """People, the likeliest first, and where the next page begins."""

    items: tuple[Found, ...]
    next: Cursor | None


@dataclass(frozen=True, slots=True)
class _Typed:
    """What was typed, in the forms in which it may be written down."""

    text: str
    words: tuple[str, ...] = field(init=False)
    digits: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", tuple(self.text.split()))
        bare = _PHONE_SIGNS.sub("", self.text)
        is_phone = bare.isdecimal() and bare.isascii() and len(bare) >= _SHORTEST_PHONE
        object.__setattr__(self, "digits", bare.lstrip("0") if is_phone else "")

    @property
    def is_identifier(self) -> bool:
        """Whether it can be no part of a name."""
        return _NO_NAME.search(self.text) is not None

    @property
    def wholes(self) -> set[str]:
        """What an identifier may be, in lower case."""
        return {self.text, self.text.removeprefix("#")} | ({self.digits, f"+{self.digits}"} if self.digits else set())


_Finds = dict[str, Match | None]
"""The people who were found, and by what of them that is not written on themselves."""
_Way = Select[*tuple[Any, ...]]
"""A way of looking: rows of a profile's id, the kind of what fits and how it reads (both NULL for a profile's own)."""


async def find_profiles(executor: Executor, query: str, *, after: Cursor | None, limit: int) -> FoundPage:
    """The people whom `query` (not blank) may mean, the likeliest first.

    Raises:
        StaleCursor: the cursor is not from such a list.
    """
    begin = _place(after)
    typed = _Typed(" ".join(query.lower().split()))
    if not is_sqlite(executor):
        await executor.execute(_EACH_ANEW)
    finds = await _look(executor, _by_whole(executor, query.strip(), typed))
    if not (finds and typed.is_identifier):
        named = await _look(executor, _by_name(executor, typed))
        addressed = await _look(executor, _by_address(executor, typed))
        finds = named | addressed | finds
        finds = await _look_closer(executor, typed, named, addressed) | finds
    ranked = await _ranked(executor, typed, finds)
    shown = ranked[begin : begin + limit]
    profiles = await summarise(executor, [profile_id for profile_id, _ in shown])
    items = tuple(Found(profile, match) for profile, (_, match) in zip(profiles, shown, strict=True))
    return FoundPage(items, (_PAGES, begin + limit) if len(ranked) > begin + limit else None)


def _place(after: Cursor | None) -> int:
    if after is None:
        return 0
    match after:
        case (str(which), int(place)) if which == _PAGES and place > 0:
            return place
        case _:
            raise StaleCursor


async def _look(executor: Executor, ways: Sequence[_Way]) -> _Finds:
    """Look in all these ways at once; of who is found in several, the first that says by what counts."""
    if not ways:
        return {}
    finds: _Finds = {}
    limited = (select(way.limit(MOST).subquery()) for way in ways)
    for profile_id, kind, found in await executor.execute(union_all(*limited)):
        if finds.get(profile_id) is None:
            finds[profile_id] = Match(kind, found) if kind is not None else None
    return finds


async def _look_closer(executor: Executor, typed: _Typed, named: _Finds, addressed: _Finds) -> _Finds:
    """Look for what few have: in the middle of words, and on PostgreSQL by trigrams for their beginnings, too."""
    by_index = not is_sqlite(executor)
    tests: list[ColumnElement[bool]] = []
    if len(named) < MOST:
        tests += _begun_words(executor, typed, by_index=True) if by_index else []
        is_short_of = len(typed.text) > _TRIGRAM - 1 or len(named) < FEW
        tests += _parts_of_name(executor, typed, by_index=by_index) if is_short_of else []
    if len(addressed) < MOST:
        tests += _parts_of_address(executor, typed, by_index=by_index)
    if tests and by_index:
        await executor.execute(_BY_INDEX)
    return await _look(executor, [_profiles(test) for test in tests])


def _by_whole(executor: Executor, query: str, typed: _Typed) -> list[_Way]:
    """Who is named by the whole of what was typed, whatever it is."""
    kind, value = _identity.c.kind, _identity.c.value
    numbers = sorted({query, query.removeprefix("#"), f"#{query.removeprefix('#')}"})
    browser, endpoint = _subscription.c.id, _subscription.c.endpoint
    return [
        _way(_profile.c.id, literal("id"), _profile.c.id).where(_profile.c.id == query),
        _way(_identity.c.profile_id, kind, value).where(func.lower(value).in_(sorted(typed.wholes))),
        *(_way(_subscription.c.profile_id, literal("device"), browser).where(c == query) for c in (browser, endpoint)),
        *(
            _way(_event.c.profile_id, literal("order"), number).where(
                literal_column("event.name = 'Order Completed'"),  # as the index says it, which holds only these
                number.in_(numbers),
                _event.c.profile_id.is_not(None),
            )
            for number in (_order_number(executor, "order_id"), _order_number(executor, "order_number"))
        ),
    ]


def _way(profile_id: ColumnElement[str], kind: ColumnElement[Any], text: ColumnElement[Any]) -> _Way:
    return select(profile_id.label("profile_id"), kind.label("kind"), text.label("text"))


def _order_number(executor: Executor, name: str) -> ColumnElement[str]:
    if is_sqlite(executor):
        return literal_column(f"CAST(json_extract(event.properties, '$.{name}') AS TEXT)")
    return literal_column(f"(event.properties ->> '{name}')")


def _by_name(executor: Executor, typed: _Typed) -> list[_Way]:
    """Whose names begin with what was typed; on PostgreSQL also some in whose names it stands anywhere."""
    tests = _begun_words(executor, typed)
    ways = [_profiles(test) for test in tests]
    if not is_sqlite(executor):
        ways = [_sampled(test) for test in (*tests, *_parts_of_name(executor, typed))]
    if len(typed.words) == 1:
        for name in _NAMES:
            column = _lowered(executor, _profile.c[name])
            known = _profiles(_profile.c[name].is_not(None))
            if is_sqlite(executor):
                ways.append(known.where(column == typed.text))
            ways.append(_begun(executor, known, column, typed.text))
    return ways


def _by_address(executor: Executor, typed: _Typed) -> list[_Way]:
    """Whose identifiers begin with what was typed; on PostgreSQL also some in whose it stands anywhere."""
    ways: list[_Way] = []
    value = func.lower(_identity.c.value)
    for start in (typed.text, *([f"+{typed.digits}"] if typed.digits else [])):
        identified = _way(_identity.c.profile_id, _identity.c.kind, _identity.c.value)
        ways.append(_begun(executor, identified, value, start))
    if not is_sqlite(executor):
        ways += [_sampled(test) for test in _parts_of_address(executor, typed)]
    return ways


def _begun(executor: Executor, way: _Way, column: ColumnElement[Any], start: str) -> _Way:
    """Those of whom the column begins with this; on PostgreSQL in the order of the column's index, the whole first."""
    found = way.where(column.startswith(start, autoescape=True))
    return found if is_sqlite(executor) else found.order_by(column.op("USING")(literal_column("~<~")))


def _begun_words(executor: Executor, typed: _Typed, *, by_index: bool = False) -> list[ColumnElement[bool]]:
    """Whether each word that was typed begins one of a name, where it can be one."""
    words = typed.words
    if typed.is_identifier or len(typed.text) == 1 or not all(word[0].isalnum() for word in words):
        return []
    written = _written(executor, _NAMES)
    if by_index and min(map(len, words)) == 1:
        tests = [
            _has_pair(written, f" {word}") if len(word) == 1 else _has_all(executor, written, [f" {word}"])
            for word in words
        ]
        return [and_(*tests)]
    return _held(executor, written, [f" {word}" for word in words], by_index=by_index)


def _parts_of_name(executor: Executor, typed: _Typed, *, by_index: bool = False) -> list[ColumnElement[bool]]:
    """In whose name what was typed stands anywhere, or each of its words does."""
    written = _written(executor, _NAMES)
    if len(typed.text) < _TRIGRAM - 1:
        return []
    if len(typed.text) < _TRIGRAM and by_index:
        return [_has_pair(written, typed.text)] if typed.text.isalnum() else []
    tests = _held(executor, written, [typed.text], by_index=by_index)
    if len(typed.words) > 1 and (is_sqlite(executor) or min(map(len, typed.words)) >= _TRIGRAM):
        tests += _held(executor, written, typed.words, by_index=by_index)
    return tests


def _parts_of_address(executor: Executor, typed: _Typed, *, by_index: bool = False) -> list[ColumnElement[bool]]:
    """In whose address, number or id what was typed stands anywhere."""
    written = _written(executor, _ADDRESSES)
    tests = _held(executor, written, [typed.digits], by_index=by_index) if typed.digits else []
    if len(typed.text) >= _TRIGRAM:
        tests += _held(executor, written, [typed.text], by_index=by_index)
    return tests


def _held(
    executor: Executor, written: ColumnElement[str], parts: Sequence[str], *, by_index: bool
) -> list[ColumnElement[bool]]:
    """Whether all of these stand there; nothing where an index is to tell and there is no trigram in them."""
    if by_index and not any(_LETTERS.search(part.translate(_AS_LETTERS)) for part in parts):
        return []
    return [_has_all(executor, written, parts)]


def _profiles(test: ColumnElement[bool]) -> _Way:
    return _way(_profile.c.id, cast(null(), String), cast(null(), String)).where(test)


def _sampled(test: ColumnElement[bool]) -> _Way:
    """On PostgreSQL, those of some thousand people on whom it holds."""
    columns = (literal_column(name, String) for name in ("search_name", "search_address"))
    some = select(_profile.c.id, *columns).limit(SAMPLE).subquery("profile")
    return _way(some.c.id, cast(null(), String), cast(null(), String)).where(test)


def _has_all(executor: Executor, written: ColumnElement[str], parts: Sequence[str]) -> ColumnElement[bool]:
    """Whether each of these stands in what is written."""
    if not is_sqlite(executor):
        parts = [part.translate(_AS_LETTERS) for part in parts]
    return and_(*(written.contains(part, autoescape=True) for part in parts))


def _has_pair(written: ColumnElement[str], pair: str) -> ColumnElement[bool]:
    """On PostgreSQL, whether these two letters stand there with a third, which makes them trigrams."""
    start = re.sub(r"([%\\])", r"\\\1", pair.translate(_AS_LETTERS))
    return written.like(any_(literal([f"%{start}{third}%" for third in _AFTER], ARRAY(String))))


def _written(executor: Executor, names: Sequence[str]) -> ColumnElement[str]:
    """What is written on the profile in these columns, in lower case: each has a blank before and after it."""
    if not is_sqlite(executor):
        return literal_column(f"profile.{'search_name' if names == _NAMES else 'search_address'}", String)
    written = " || ".join(f"coalesce(' ' || profile.{name}, '')" for name in names)
    return literal_column(f"{LOWERED}({written} || ' ')", String)


def _lowered(executor: Executor, column: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.waitline_lowered(column) if is_sqlite(executor) else func.lower(column)


async def _ranked(executor: Executor, typed: _Typed, finds: _Finds) -> list[tuple[str, Match]]:
    """Everybody who was found, once, the likeliest first; who was merged away stands for who she became."""
    people = await _read(executor, list(finds))
    successors = {row.merged_into for row in people.values() if row.merged_into is not None}
    people |= await _read(executor, [one for one in successors if one not in people])
    best: dict[str, tuple[tuple[Any, ...], Match]] = {}
    for found, known in finds.items():
        if found not in people:
            continue
        row = people[found]
        rank, match = _judged(typed, row, known)
        person = people[row.merged_into] if row.merged_into is not None else row
        name = _name(person)
        order = (rank, len(name) or 1_000, name.lower(), -person.created_at.timestamp(), person.id)
        if person.id not in best or order < best[person.id][0]:
            best[person.id] = (order, match)
    in_order = sorted(best.items(), key=lambda one: one[1][0])
    return [(profile_id, match) for profile_id, (_, match) in in_order]


async def _read(executor: Executor, ids: Collection[str]) -> dict[str, Row[Any]]:
    columns = (_profile.c[name] for name in ("id", *_SEARCHED, "created_at", "merged_into"))
    wanted = select(*columns)
    found: dict[str, Row[Any]] = {}
    for chunk in in_chunks(list(ids)):
        found.update((row.id, row) for row in await executor.execute(wanted.where(_profile.c.id.in_(chunk))))
    return found


def _name(row: Row[Any]) -> str:
    return " ".join(part for part in (row.first_name, row.last_name) if part)


def _judged(typed: _Typed, row: Row[Any], known: Match | None) -> tuple[int, Match]:
    """How likely this person is meant, and by what of her."""
    name = _name(row)
    lowered = name.lower()
    written: list[Match] = [
        Match(kind, getattr(row, kind)) for kind in ("email", "phone", "external_id") if getattr(row, kind)
    ]
    if known is not None:
        written.insert(0, known)
    whole = next((one for one in written if one.text.lower() in typed.wholes or one.kind in {"device", "order"}), None)
    if whole is not None:
        return 0, whole
    if lowered == typed.text:
        return 1, Match("name", name)
    begun = lowered.split()
    if all(any(part.startswith(word) for part in begun) for word in typed.words):
        return 2, Match("name", name)
    starts = (typed.text, f"+{typed.digits}") if typed.digits else (typed.text,)
    started = next((one for one in written if one.text.lower().startswith(starts)), None)
    if started is not None:
        return 3, started
    if typed.text in lowered or all(word in lowered for word in typed.words):
        return 4, Match("name", name)
    part = next((one for one in written if typed.text in one.text.lower() or _has_digits(typed, one)), None)
    return 5, part or Match("name", name or row.id)


def _has_digits(typed: _Typed, match: Match) -> bool:
    return bool(typed.digits) and match.kind == "phone" and typed.digits in match.text
