"""Why not? From a person's page, each of ten calls is answered in two clicks or fewer; and a passage step by step."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import expect

from engine.store.releases import release_id
from engine.store.tables import Audit, Release, Restock, StockMovement
from tests.api.world import World, at
from tests.browser.staff.conftest import Office
from tests.browser.staff.pages import Desk
from tests.browser.staff.test_people import told_story

pytestmark = pytest.mark.browser

SKIPS = {
    "nora": ("no_consent", {"topic": "back_in_stock"}, "had never agreed to Push about back in stock"),
    "cora": ("journey_cap", {"counted": 1, "cap": {"limit": 1, "window": "P30D"}}, "The frequency cap was reached"),
    "quin": ("quiet_hours", {"zone": "Asia/Tokyo", "quiet_until": "2027-01-05T22:00:00+00:00"}, "It was quiet hours"),
}
CLOSED = {
    "boas": ("purchased", "had bought it already"),
    "exie": ("expired", "had waited as long as a wait lasts: 90 days"),
}


async def ten_stories(world: World) -> None:
    """One restock of the jacket in M, another while the journey is paused, and ten people who were not told."""
    await world.shop()
    await world.journey()
    await world.journey("jny_2", name="Paused one")
    for name in (*SKIPS, *CLOSED, "wend", "soli", "halo", "paul", "rosa"):
        await world.profile(f"prf_{name}", first_name=name.title(), last_name=None, email=f"{name}@shop.example")
    movement = {"variant_id": "var_m", "available_before": 0, "available_after": 5}
    await world.add(
        StockMovement(id="mov_1", source_id="src_1", at=at(60), **movement),
        Restock(id="rst_1", movement_id="mov_1", at=at(60), **movement),
        Release(
            id=release_id("jny_1", "rst_1"),
            journey_id="jny_1",
            version=1,
            variant_id="var_m",
            restock_id="rst_1",
            item="var_m",
            status="ended",
            reason="stock_too_low",
            released=5,
            started_at=at(60),
            ended_at=at(90),
        ),
        Audit(
            id="aud_1",
            at=at(-60),
            staff_id="Kim",
            action="status:paused",
            subject_kind="journey",
            subject_id="jny_2",
            reason="The picture is wrong",
            before={"status": "active"},
            after={"status": "paused"},
        ),
    )
    for name in (*SKIPS, "soli", "halo", "paul", "rosa"):
        await world.wait(f"wle_{name}", profile_id=f"prf_{name}", created_at=at(-3600))
    await world.wait("wle_wend", profile_id="prf_wend", variant_id="var_l", created_at=at(-3600))
    for name, (state, _) in CLOSED.items():
        begun = at(-3600) - timedelta(days=91)
        await world.wait(
            f"wle_{name}",
            profile_id=f"prf_{name}",
            state=state,
            created_at=begun,
            expires_at=begun + timedelta(days=90),
            closed_at=begun + timedelta(days=89 if state == "purchased" else 90),
        )
    for name in (*SKIPS, "halo", "rosa"):
        held_out = name == "halo"
        await world.enrollment(
            f"enr_{name}",
            profile_id=f"prf_{name}",
            variant_id="var_m",
            restock_id="rst_1",
            status="ended",
            node="done",
            exit_reason="held_out" if held_out else "completed",
            entered_at=at(61),
            ended_at=at(62),
        )
        await world.trail(
            f"enr_{name}", (at(62), "keep" if held_out else "push", "took", "held_out" if held_out else "sent", None)
        )
    for name, (reason, verdict, _) in SKIPS.items():
        sent = {"profile_id": f"prf_{name}", "enrollment_id": f"enr_{name}", "verdict": verdict}
        await world.send(f"snd_{name}", (at(62), "skipped", reason), **sent)
    await world.send("snd_rosa", (at(62), "failed", "rejected"), profile_id="prf_rosa", enrollment_id="enr_rosa")


@pytest.mark.spec("S-003")
async def test_ten_questions_are_answered_in_two_clicks_or_fewer(desk: Desk, office: Office) -> None:
    await ten_stories(office.world)
    calls = {
        **{name: sentence for name, (_, _, sentence) in SKIPS.items()},
        **{name: sentence for name, (_, sentence) in CLOSED.items()},
        "wend": "was waiting for Fjell jacket, size L",
        "soli": "because the stock was gone before this person's turn",
        "halo": "is in the holdout",
        "rosa": "The provider of Push refused it: rejected",
        "paul": "paused since 5 January 2027, 11:59 UTC, by Kim (“The picture is wrong”)",
    }
    assert len(calls) == 10
    for name, sentence in calls.items():
        journey = "Paused one" if name == "paul" else "Back in stock"
        await desk.open(f"/people/prf_{name}")
        await desk.link("Why, why not?").click()
        await desk.page.get_by_role("button", name=f"0 → 5 {journey}").click()
        answer = desk.page.get_by_role("article", name="Why, and why not")
        await expect(answer.get_by_role("heading", level=2)).to_contain_text(sentence)
        await expect(answer.get_by_text("Decided again from history, it comes out the same.")).to_be_visible()
    assert desk.complaints == []


@pytest.mark.spec("S-004")
async def test_a_passage_is_walked_step_by_step(desk: Desk, office: Office) -> None:
    await told_story(office.world)
    await office.world.send(
        "snd_3",
        (at(62), "accepted", None),
        node="pause",
        channel="sms",
        rendering={
            "channel": "sms",
            "send_id": "snd_3",
            "text": "Fjell is back",
            "encoding": "GSM-7",
            "segments": 1,
            "links": [],
        },
    )
    await desk.open("/people/prf_ada")
    await desk.link("Step by step").click()

    await expect(desk.heading("Passage through Back in stock")).to_be_visible()
    slider = desk.page.get_by_role("slider", name="Step")
    await expect(slider).to_have_attribute("aria-valuetext", "Step 2 of 2")
    step = desk.details()
    await expect(step.get_by_role("heading", name="Waits")).to_be_visible()
    await expect(step).to_contain_text("pause")
    await expect(step.get_by_role("region", name="Message as it was sent")).to_contain_text("Fjell is back")
    await slider.press("ArrowLeft")
    await expect(slider).to_have_attribute("aria-valuetext", "Step 1 of 2")
    await expect(step.get_by_role("heading", name="Arrived")).to_be_visible()
    await expect(desk.node(re.compile("Back in Stock"))).to_be_visible()

    await desk.button("Restock").click()
    await expect(desk.page.get_by_text("available_after")).to_be_visible()

    await desk.button("Take out").click()
    dialog = desk.page.get_by_role("dialog", name="Take out")
    await dialog.get_by_role("textbox", name="Why?").fill("She asked for it by phone.")
    await dialog.get_by_role("button", name="Take out").click()
    await expect(dialog).to_have_count(0)
    await desk.open("/people/prf_ada?kind=staff")
    await expect(desk.page.get_by_text("Ada Marketer: enrollment, cancel")).to_be_visible()
    await expect(desk.page.get_by_text("She asked for it by phone.")).to_be_visible()
    assert desk.complaints == []
