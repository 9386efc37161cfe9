"""Drafts: ready-made ones always, and an assistant's where the settings name one."""

import json
from dataclasses import replace
from typing import Any, get_args

import httpx
import pytest
from fastapi import FastAPI, Request

from engine.messages.drafts import Brief, DraftChannel, Length, Tone, ready_drafts, usable
from engine.settings import Settings
from tests.fakes.serving import serving

WANTED = {"source": "assistant", "channel": "web_push", "about": "A rain jacket"}
GOOD = {"title": "{{ product.name }} is back", "body": "In {{ variant.title }}."}
UNUSABLE = [
    {"title": "Hi {{ profile.first_name }}", "body": "No fallback"},
    {"title": "{{ shop.name }}", "body": "No such tag"},
    {"title": "{% if %}", "body": "No template"},
    {"title": "Too long", "body": "long " * 100},
    {"title": "", "body": "Nothing above"},
]


class Model:
    """A machine that understands chat completions, and says what it is told to."""

    def __init__(self) -> None:
        self.said: Any = {"drafts": [GOOD, *UNUSABLE]}
        self.asked: list[tuple[str | None, dict[str, Any]]] = []

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/v1/chat/completions")
        async def complete(request: Request) -> dict[str, Any]:
            self.asked.append((request.headers.get("authorization"), await request.json()))
            return {"choices": [{"message": {"content": f"Here: {json.dumps(self.said)}"}}]}

        return app


@pytest.mark.spec("F-110")
async def test_a_copy_assistant_is_optional_off_by_default_and_of_ones_own_choice(
    staff: httpx.AsyncClient, app: FastAPI, settings: Settings
) -> None:
    assert Settings().copy_assistant is None
    assert (await staff.get("/v1/copy-assistant")).json() == {"is_on": False, "name": None}
    nobody = await staff.post("/v1/copy-assistant/drafts", json=WANTED)
    assert (nobody.status_code, nobody.json()["code"]) == (409, "conflict")
    ready = await staff.post("/v1/copy-assistant/drafts", json={"channel": "sms", "tone": "urgent"})
    assert ready.status_code == 200, "drafts are to be had without one"
    assert all("{{ link }}" in draft["body"] for draft in ready.json()["items"])

    model = Model()
    async with serving(model.app()) as address:
        named = {
            "copy_assistant": "chat_completions",
            "copy_assistant_url": f"{address}/v1",
            "copy_assistant_model": "small",
            "copy_assistant_key": "a key",
        }
        chosen = Settings.model_validate({**settings.model_dump(), **named})
        app.state.services = replace(app.state.services, settings=chosen)
        assert (await staff.get("/v1/copy-assistant")).json() == {"is_on": True, "name": "chat_completions"}
        drafted = await staff.post("/v1/copy-assistant/drafts", json=WANTED)
        assert drafted.json()["items"] == [GOOD], "what no message may hold is dropped"
        (asked,) = model.asked
        assert (asked[0], asked[1]["model"]) == ("Bearer a key", "small")
        assert "A rain jacket" in asked[1]["messages"][-1]["content"]

        wrong: list[Any] = [{"drafts": UNUSABLE}, {"texts": []}, "I cannot do that."]
        for said in wrong:
            model.said = said
            failed = await staff.post("/v1/copy-assistant/drafts", json=WANTED)
            assert (failed.status_code, failed.json()["code"]) == (503, "unavailable")
    gone = await staff.post("/v1/copy-assistant/drafts", json=WANTED)
    assert gone.status_code == 503, "the model is off; writing goes on without it"

    other = Settings.model_validate({**settings.model_dump(), "copy_assistant": "not_installed"})
    app.state.services = replace(app.state.services, settings=other)
    missing = await staff.post("/v1/copy-assistant/drafts", json=WANTED)
    assert "not_installed" in missing.json()["detail"]


@pytest.mark.parametrize("channel", get_args(DraftChannel))
def test_every_ready_made_draft_can_be_sent_as_it_is(channel: DraftChannel) -> None:
    for tone in get_args(Tone):
        for length in get_args(Length):
            drafts = ready_drafts(Brief(channel=channel, tone=tone, length=length))
            assert drafts
            assert usable(drafts, channel) == drafts
