"""Every refusal is a problem document that says what to do."""

import re
from collections.abc import Iterator

import httpx
import pytest
from fastapi import Depends, FastAPI, Request
from starlette.types import Message

from api import errors
from api.bodies import Body
from api.body_limit import LARGEST_BODY
from api.errors import ApiError
from api.problems import install_handlers
from api.security import PUBLIC
from engine.store.errors import UnknownProfile
from tests.api.conftest import Doors


class Parcel(Body):
    sku: str
    count: int = 1
    inner: dict[str, str] | None = None


@pytest.fixture
def post_office(app: FastAPI) -> None:
    """Routes that accept, break and refuse."""

    async def accept(parcel: Parcel, limit: int = 1) -> int:
        return parcel.count * limit

    async def burst() -> None:
        raise RuntimeError("the password is hunter2")

    async def miss() -> None:
        raise UnknownProfile("prf_9")

    for path, endpoint, method in (("accept", accept, "POST"), ("burst", burst, "GET"), ("miss", miss, "GET")):
        app.add_api_route(f"/v1/test/{path}", endpoint, methods=[method], dependencies=[Depends(PUBLIC)])


def kinds(kind: type[ApiError] = ApiError) -> Iterator[type[ApiError]]:
    for child in kind.__subclasses__():
        yield child
        yield from kinds(child)


def is_problem(answer: httpx.Response, status: int, code: str) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert set(document) == {"type", "title", "status", "detail", "code", "errors"}
    assert document["status"] == status
    assert document["code"] == code
    assert document["type"] == f"urn:waitline:problem:{code}"
    return document


@pytest.mark.usefixtures("post_office")
@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"sku": "missing"}),
        ({"sku": 7}, {"sku": "string_type"}),
        ({"sku": "A", "count": "many"}, {"count": "int_parsing"}),
        ({"sku": "A", "colour": "red"}, {"colour": "extra_forbidden"}),
        ({"sku": "A", "inner": {"note": 1}}, {"inner.note": "string_type"}),
        ({"count": "x"}, {"sku": "missing", "count": "int_parsing"}),
        ({"sku": "A\x00B"}, {"body": "unstorable_text"}),
        ({"sku": "A", "inner": {"\x00": "x"}}, {"body": "unstorable_text"}),
        ([1], {"body": "model_attributes_type"}),
    ],
)
async def test_a_body_that_cannot_be_used_names_its_fields(
    client: httpx.AsyncClient, body: object, fields: dict[str, str]
) -> None:
    document = is_problem(await client.post("/v1/test/accept", json=body), 422, "validation_failed")

    found = document["errors"]
    assert isinstance(found, list)
    assert {one["field"]: one["code"] for one in found} == fields
    assert all(one["detail"].endswith(".") for one in found)


@pytest.mark.usefixtures("post_office")
@pytest.mark.parametrize(
    ("method", "path", "title", "said"),
    [
        ("POST", "accept", "Nicht alles ist richtig", "Dieses Feld ist nötig."),
        ("GET", "miss", "Person unbekannt", "Keine Person hat die ID 'prf_9'."),
        ("GET", "burst", "Interner Fehler", "Bei uns ist etwas schiefgegangen und steht im Protokoll"),
        ("GET", "gone", "Nicht gefunden", "Unter dieser Adresse gibt es nichts"),
    ],
)
async def test_a_refusal_speaks_german_where_that_is_asked_for(
    client: httpx.AsyncClient, method: str, path: str, title: str, said: str
) -> None:
    asked = {"Accept-Language": "de"}
    answer = await client.request(method, f"/v1/test/{path}", headers=asked, json={} if method == "POST" else None)

    document = answer.json()
    assert document["title"] == title
    assert said in "\n".join([document["detail"], *(one["detail"] for one in document["errors"])])


@pytest.mark.usefixtures("post_office")
async def test_a_query_that_cannot_be_used_names_its_parameter(client: httpx.AsyncClient) -> None:
    document = is_problem(await client.post("/v1/test/accept?limit=x", json={"sku": "A"}), 422, "validation_failed")

    assert [one["field"] for one in document["errors"]] == ["query.limit"]  # type: ignore[attr-defined]  # a list


@pytest.mark.usefixtures("post_office")
@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b'{"sku": NaN', b""])
async def test_a_body_that_is_no_json_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/v1/test/accept", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code in {400, 422}
    assert answer.json()["code"] in {"malformed_request", "validation_failed"}


@pytest.mark.usefixtures("post_office")
async def test_half_a_surrogate_pair_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/v1/test/accept", content=b'{"sku": "\\ud800"}', headers={"Content-Type": "application/json"}
    )

    assert answer.json()["errors"][0]["code"] == "unstorable_text"


@pytest.mark.usefixtures("post_office")
async def test_a_body_that_is_too_large_is_refused_however_it_is_sent(client: httpx.AsyncClient) -> None:
    async def pieces():  # type: ignore[no-untyped-def]  # an async generator of bytes
        for _ in range(3):
            yield b"x" * (LARGEST_BODY // 2)

    headers = {"Content-Type": "application/json"}
    is_problem(
        await client.post("/v1/test/accept", content=b"x" * (LARGEST_BODY + 1), headers=headers), 413, "body_too_large"
    )
    is_problem(await client.post("/v1/test/accept", content=pieces(), headers=headers), 413, "body_too_large")


async def test_an_address_without_a_route_says_so(client: httpx.AsyncClient) -> None:
    is_problem(await client.get("/v1/nothing"), 404, "no_such_route")


async def test_a_wrong_method_lists_the_right_ones(client: httpx.AsyncClient) -> None:
    answer = await client.put("/healthz")

    is_problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET"


@pytest.mark.usefixtures("post_office")
async def test_what_breaks_on_our_side_tells_nothing_of_the_inside(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/test/burst")

    is_problem(answer, 500, "internal_error")
    assert "hunter2" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_who_hangs_up_in_the_middle_of_a_body_is_no_fault_of_ours() -> None:
    app = FastAPI()
    sent: list[str] = []
    install_handlers(app)

    @app.post("/raw")
    async def raw(request: Request) -> None:  # pyright: ignore[reportUnusedFunction] - a route
        await request.body()

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message["type"])

    scope = {"type": "http", "method": "POST", "path": "/raw", "headers": [], "query_string": b""}
    await app(scope, receive, send)
    assert sent == ["http.response.start", "http.response.body"]


@pytest.mark.usefixtures("post_office")
async def test_an_error_of_another_room_keeps_its_code_and_its_sentence(client: httpx.AsyncClient) -> None:
    document = is_problem(await client.get("/v1/test/miss"), 404, "unknown_profile")

    assert document["detail"] == "No profile has the id 'prf_9'."
    assert document["title"] == "Unknown profile"


@pytest.mark.parametrize("path", ["/v1/profiles/prf_%00", "/v1/profiles?query=%00", "/c/%00"])
async def test_a_nul_character_in_an_address_is_refused(doors: Doors, path: str) -> None:
    browser = await doors.signed_in()

    is_problem(await browser.get(path), 400, "malformed_request")


def test_every_error_is_drawn_in_the_tree_with_its_status() -> None:
    drawn: dict[str, int] = {}
    status = 0
    for line in (errors.__doc__ or "").splitlines():
        found = re.search(r"[├└]── (?:(\d{3})  )?(\w+)$", line)
        if found:
            status = int(found[1] or status)
            drawn[found[2]] = status

    assert drawn == {kind.__name__: kind.status for kind in kinds()}


def test_every_error_says_what_to_do_in_one_sentence_and_codes_are_few_words() -> None:
    for kind in kinds():
        assert kind.__doc__, kind
        sentence = kind().detail
        assert sentence.endswith("."), kind
        assert "\n" not in sentence
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.code), kind


def test_codes_are_not_shared_between_siblings() -> None:
    codes = [kind.code for kind in kinds()]

    assert len(set(codes)) == len(codes)
