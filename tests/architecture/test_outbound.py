"""Who may call the world: every HTTP client of ours is listed here, with where its addresses come from.

Whatever a stranger or a form can name goes through the guard, which looks at the very address that is about to be
called; redirects are followed by nobody. Pictures are called by nobody at all: messages carry their addresses to the
recipient's own device.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

GUARDED = {
    "activities/channels/http_calls.py": "push endpoints and webhooks",
    "activities/feeds.py": "feeds",
    "api/fetching.py": "certificates that a mail service's webhook names",
}
"""Addresses that strangers or forms name."""
OF_THE_OPERATOR = {
    "activities/channels/sms.py": "Twilio, or WAITLINE_TWILIO_BASE_URL",
    "activities/copywriting.py": "WAITLINE_COPY_ASSISTANT_URL",
    "api/oidc.py": "WAITLINE_OIDC_ISSUER and what it says of itself",
    "api/client.py": "our own API, for the command line",
    "api/doubles/twilio.py": "our own API, for the local double",
    "api/shop/stock.py": "our own API, for the demo shop",
}
"""Addresses that only the environment names."""
CLIENTS = {"ClientSession", "AsyncClient", "Client", "urlopen", "TCPConnector"}
LIBRARIES = {"aiohttp", "httpx", "urllib", "requests"}


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def opens_clients(tree: ast.AST) -> bool:
    """Whether something here makes a client of an HTTP library."""
    return any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr in CLIENTS
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in LIBRARIES
        for call in calls(tree)
    )


@pytest.mark.spec("R-006")
def test_every_http_client_is_known_with_where_its_addresses_come_from() -> None:
    found = {
        str(file.relative_to(ROOT))
        for room in ("engine", "activities", "workflows", "api")
        for file in sorted((ROOT / room).rglob("*.py"))
        if opens_clients(ast.parse(file.read_text()))
    }

    assert found == GUARDED.keys() | OF_THE_OPERATOR.keys()


@pytest.mark.spec("R-006")
@pytest.mark.parametrize("file", GUARDED)
def test_whatever_a_stranger_can_name_is_guarded_at_the_socket_and_never_redirected(file: str) -> None:
    tree = ast.parse(Path(ROOT / file).read_text())
    named = {keyword.arg: ast.unparse(keyword.value) for call in calls(tree) for keyword in call.keywords}

    assert named["socket_factory"] in {"guarded_socket", "None if self._allow_private else guarded_socket"}
    assert named["allow_redirects"] == "False"
    sent = [call for call in calls(tree) if isinstance(call.func, ast.Attribute) and _sends(call.func)]
    assert sent
    assert all("allow_redirects" in {keyword.arg for keyword in call.keywords} for call in sent)


def _sends(function: ast.Attribute) -> bool:
    return function.attr in {"get", "post", "request"} and "session" in ast.unparse(function.value).lower()
