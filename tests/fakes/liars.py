"""The providers of all channels, as they are on a bad day: some fail, some are slow, and some lie.

    async with Liars(Random(1)).running() as liars:
        ...                                  # point the channels at liars.url and liars.smtp_port
        await liars.vanish()                 # every connection breaks, and nobody listens for a moment
        assert liars.taken["email"]["p1"] <= 1

A liar takes a message and hangs up, stays silent, or answers with something outside of its protocol; whoever sent it
cannot know. `taken` counts what was really taken, by channel and person. The receiver of webhooks knows their ids, as
Standard Webhooks asks of it, and takes each once.
"""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from random import Random
from urllib.parse import parse_qs

from engine.messages.addresses import APP_SCHEME, PushAddress
from tests.fakes.push_endpoint import PREFIX, PushEndpoint
from tests.fakes.scripted_http import Answer, Request, ScriptedHttp
from tests.fakes.scripted_smtp import DROP, HANG, Mail, ScriptedSmtp

HOOK_PATH = "/hook"
TOKEN_PATH, SEND_PATH = "/token", "/messages:send"
AWAY_SECONDS = 0.5
FATES: Mapping[str, float] = {
    "well": 90,
    "slow": 1,
    "hangs up, has it": 1.5,
    "silent, has it": 0.2,
    "babbles, has it": 1,
    "hangs up": 1,
    "busy": 2.5,
    "broken": 2,
    "refuses": 0.8,
}
"""What becomes of a hundred messages, on average."""
TAKEN = ("well", "slow", "hangs up, has it", "silent, has it", "babbles, has it")


class Liars:
    """A push service, Firebase, an SMTP server, Twilio, and a system of the shop's own."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._http = ScriptedHttp(self._answer)
        self._smtp = ScriptedSmtp(self._reply)
        self._push = PushEndpoint()
        self._calls: set[str] = set()
        self._open = AsyncExitStack()
        self.taken: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.faults: Counter[str] = Counter()
        self.url, self.smtp_port = "", 0

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Liars"]:
        """Listen until the block ends."""
        await self._listen()
        self.url, self.smtp_port = self._http.url, self._smtp.port
        self._push.http.url = self.url
        try:
            yield self
        finally:
            await self._open.aclose()

    async def vanish(self) -> None:
        """Die, and be started again a moment later."""
        self.faults["killed"] += 1
        await self._open.aclose()
        await asyncio.sleep(AWAY_SECONDS)
        await self._listen()

    async def _listen(self) -> None:
        port = int(self.url.rpartition(":")[2] or 0)
        await self._open.enter_async_context(self._http.running(port=port))
        await self._open.enter_async_context(self._smtp.running(self.smtp_port))

    @property
    def total(self) -> int:
        """How many messages were taken."""
        return sum(one.total() for one in self.taken.values())

    def browser(self, person: str) -> PushAddress:
        """The push subscription of this person."""
        return self._push.subscribe(person)

    def app(self, person: str) -> str:
        """Where the shop's app on this person's telephone is reached."""
        return f"{APP_SCHEME}{person}"

    def phone(self, person: str) -> str:
        """The number of this person, who is called `p` and a number."""
        return f"+43660{int(person[1:]):07d}"

    def _fate(self, channel: str, person: str, *, again: bool = False) -> str:
        fate = self._chance.choices(list(FATES), list(FATES.values()))[0]
        if fate != "well":
            self.faults[fate] += 1
        if fate in TAKEN and not again:
            self.taken[channel][person] += 1
        return fate

    def _answer(self, request: Request) -> Answer:
        if request.path.startswith(PREFIX):
            fate = self._fate("web_push", request.path.removeprefix(PREFIX))
            return _answer(fate, Answer(201, {"Location": "/message/1"}))
        if request.path.startswith(HOOK_PATH):
            call = request.headers["webhook-id"]
            fate = self._fate("webhook", json.loads(request.body)["person"], again=call in self._calls)
            if fate in TAKEN:
                self._calls.add(call)
            return _answer(fate, Answer(202))
        if request.path == TOKEN_PATH:
            return Answer(200, {"Content-Type": "application/json"}, b'{"access_token": "ya29.a", "expires_in": 3600}')
        if request.path.endswith(SEND_PATH):
            fate = self._fate("mobile_push", json.loads(request.body)["message"]["token"])
            named = b'{"name": "projects/shop/messages/1"}'
            return _answer(fate, Answer(200, {"Content-Type": "application/json"}, named))
        number = parse_qs(request.body.decode())["To"][0]
        fate = self._fate("sms", f"p{int(number.removeprefix('+43660'))}")
        created = json.dumps({"sid": f"SM{len(self._http.requests)}", "status": "queued"})
        return _answer(fate, Answer(201, {"Content-Type": "application/json"}, created.encode()))

    def _reply(self, mail: Mail) -> str:
        fate = self._fate("email", mail.recipients[0].partition("@")[0])
        return _SMTP.get(fate, "250 2.0.0 taken")


_SMTP: Mapping[str, str] = {
    "hangs up, has it": DROP,
    "silent, has it": HANG,
    "babbles, has it": "%PDF-1.4",
    "hangs up": DROP,
    "busy": "451 4.7.1 greylisted",
    "broken": "421 4.3.2 shutting down",
    "refuses": "554 5.7.1 this looks like spam",
}


_HTTP: Mapping[str, Answer] = {
    "silent, has it": Answer(manner="hang"),
    "babbles, has it": Answer(manner="garbage"),
    "hangs up, has it": Answer(manner="drop"),
    "hangs up": Answer(manner="drop"),
    "busy": Answer(429, {"Retry-After": "1"}, b'{"code": 20429}'),
    "broken": Answer(503),
    "refuses": Answer(400, body=b'{"code": 21612, "message": "no", "status": 400}'),
}


def _answer(fate: str, well: Answer) -> Answer:
    return _HTTP.get(fate) or (replace(well, delay=1.0) if fate == "slow" else well)
