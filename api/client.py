"""A small client of the HTTP API, for programs: `Waitline` for plain code and `AsyncWaitline` for asyncio.

    with Waitline("http://127.0.0.1:8400", key) as waitline:
        for row in waitline.send(list_journeys()):
            print(row["name"], row["status"])

A call is a value: what is asked, and how its answer is read. Both clients send the same calls. What the server refuses
is raised as `Refused`, with the code and the sentence of its problem document.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, Self, TypeVar, cast
from urllib.parse import quote

import httpx

T = TypeVar("T")
Json = dict[str, Any]
Choice = Literal["keep", "move", "exit"]


class ClientError(Exception):
    """The server could not be asked, or said no."""


class Unreachable(ClientError):
    """Nobody answers at this address; check it, and that Waitline runs there."""


class Refused(ClientError):
    """The server said no. `problem` is its whole problem document (RFC 9457)."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", "refused"))
        self.problem = problem
        errors = cast("list[Json]", problem.get("errors") or [])
        lines = [str(problem.get("detail") or problem.get("title") or status)]
        lines += [f"{one.get('field')}: {one.get('detail')}" for one in errors]
        super().__init__("\n  ".join(lines))


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request, and how its answer is read."""

    method: Literal["GET", "POST", "PUT"]
    path: str
    read: Callable[[Any], T]
    body: Json | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft of a journey at one revision."""

    document: Json
    revision: int
    saved_by: str | None
    live_version: int | None


@dataclass(frozen=True, slots=True)
class PlannedJourney:
    """What becomes of one journey; see POST /v1/journeys/plan."""

    name: str
    action: Literal["create", "update", "publish", "nothing"]
    journey: str | None
    revision: int | None
    version: int | None
    changes: list[Json]
    problems: list[Json]
    enrollments: int
    drifted_by: str | None


def list_journeys() -> Call[list[Json]]:
    """Every journey that was not put away, with its totals."""
    return Call("GET", "/v1/journeys", lambda answer: answer["items"])


def read_draft(journey: str) -> Call[Draft]:
    """The draft of a journey."""

    def read(answer: Json) -> Draft:
        return Draft(answer["document"], answer["revision"], answer["saved_by"], answer["live_version"])

    return Call("GET", f"/v1/journeys/{quote(journey, safe='')}/draft", read)


def save_draft(journey: str, document: Json, revision: int) -> Call[int]:
    """Save the draft that was read at this revision; the new revision."""
    body = {"document": document, "revision": revision}
    return Call("PUT", f"/v1/journeys/{quote(journey, safe='')}/draft", lambda answer: answer["revision"], body)


def plan_journeys(
    items: Sequence[tuple[Json, int | None]],
    *,
    publish: bool = False,
    choice: Choice = "keep",
    mapping: Mapping[str, str] | None = None,
) -> Call[list[PlannedJourney]]:
    """What applying these documents would do, each with the revision that was last seen of its draft."""
    return Call("POST", "/v1/journeys/plan", _planned, _as_code(items, publish, choice, mapping))


def apply_journeys(
    items: Sequence[tuple[Json, int | None]],
    *,
    publish: bool = False,
    choice: Choice = "keep",
    mapping: Mapping[str, str] | None = None,
    overwrite: bool = False,
) -> Call[list[PlannedJourney]]:
    """Make the journeys be like these documents: all of them, or none."""
    body = {**_as_code(items, publish, choice, mapping), "overwrite": overwrite}
    return Call("POST", "/v1/journeys/apply", _planned, body)


def _as_code(
    items: Sequence[tuple[Json, int | None]], publish: bool, choice: Choice, mapping: Mapping[str, str] | None
) -> Json:
    return {
        "items": [{"document": document, "seen": seen} for document, seen in items],
        "publish": publish,
        "migration": {"choice": choice, "mapping": dict(mapping or {})},
    }


def _planned(answer: Json) -> list[PlannedJourney]:
    return [PlannedJourney(**{name: one[name] for name in PlannedJourney.__slots__}) for one in answer["items"]]


class Waitline:
    """A server, asked with a key (of a server, or an admin's)."""

    def __init__(self, url: str, key: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(base_url=url, headers=_headers(key), transport=transport, timeout=30)

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._http.close()

    def send(self, call: Call[T]) -> T:
        """Send the call and read its answer.

        Raises:
            Unreachable: nobody answers there.
            Refused: the server said no.
        """
        try:
            answer = self._http.request(call.method, call.path, json=call.body)
        except httpx.HTTPError as error:
            raise _unreachable(self._http.base_url, error) from None
        return _read(call, answer)


class AsyncWaitline:
    """The same for asyncio."""

    def __init__(self, url: str, key: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._http = httpx.AsyncClient(base_url=url, headers=_headers(key), transport=transport, timeout=30)

    async def __aenter__(self) -> Self:
        """The client itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def send(self, call: Call[T]) -> T:
        """Send the call and read its answer; raises as `Waitline.send`."""
        try:
            answer = await self._http.request(call.method, call.path, json=call.body)
        except httpx.HTTPError as error:
            raise _unreachable(self._http.base_url, error) from None
        return _read(call, answer)


def _headers(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def _unreachable(url: httpx.URL, error: httpx.HTTPError) -> Unreachable:
    return Unreachable(f"Nobody answers at {url}: {error or type(error).__name__}. Check the address and the network.")


def _read(call: Call[T], answer: httpx.Response) -> T:
    try:
        body = answer.json()
    except ValueError:
        body = {
            "detail": f"{answer.url} answered {answer.status_code} with something that is not JSON; is it Waitline?"
        }
        raise Refused(answer.status_code, body) from None
    if not answer.is_success:
        raise Refused(answer.status_code, cast("Json", body))
    return call.read(body)
