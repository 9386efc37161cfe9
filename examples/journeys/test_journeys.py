"""What the three journeys promise, told in virtual time: `pytest -p engine.simulation.fixtures examples/journeys`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from api.journey_files import read_file
from engine.simulation.kit import MadeUpPerson

HERE = Path(__file__).parent
Enters = Callable[..., MadeUpPerson]


@pytest.fixture
def enters(enroll: Enters) -> Enters:
    """Lets a made-up person into the journey of a file, about the variant M of which three are left."""

    def let_in(file: str, **world: object) -> MadeUpPerson:
        (journey,) = read_file(HERE / file)
        assert journey.blocking == []
        return enroll(journey.document, sku="M", **{"stock": {"M": 3}, **world})

    return let_in


def test_the_loyal_hear_at_once(enters: Enters) -> None:
    """A member of the segment does not wait."""
    ada = enters("vip_early_access.py", segments={"vip": True})
    assert (ada.sent, ada.ended) == (["first"], "completed")


def test_everyone_else_hears_two_hours_later(enters: Enters) -> None:
    """A profile that is not in the segment waits."""
    bob = enters("vip_early_access.py")
    assert bob.passes(minutes=119).sent == []
    assert bob.passes(minutes=1).sent == ["then"]
    assert bob.path == ["entry", "who.otherwise", "wait", "left.in_stock", "then.sent", "done"]


def test_nobody_is_told_of_what_the_loyal_bought_out(enters: Enters) -> None:
    """Stock is asked again before the second wave."""
    bob = enters("vip_early_access.py").passes(hours=1).stock("M", 0).passes(hours=1)
    assert (bob.sent, bob.ended) == ([], "sold_out")


def test_who_clicks_the_push_gets_no_email(enters: Enters) -> None:
    """A click within two hours ends it."""
    ada = enters("push_then_email.py").passes(minutes=30).does("Link Clicked", message="push")
    assert (ada.sent, ada.ended) == (["push"], "completed")


def test_who_does_not_click_gets_an_email_and_who_buys_gets_none(enters: Enters) -> None:
    """The purchase is the goal, and ends the journey."""
    assert enters("push_then_email.py").passes(hours=2).sent == ["push", "mail"]
    bought = enters("push_then_email.py").passes(hours=1).does("Order Completed", sku="M").passes(days=1)
    assert (bought.sent, bought.ended) == (["push"], "goal:purchase")


def test_a_seat_is_offered_by_day_and_by_email_to_whom_no_text_can_reach(enters: Enters) -> None:
    """The made-up person enters at noon, within the window."""
    assert enters("course_seat_reopened.yaml").sent == ["text"]
    full = enters("course_seat_reopened.yaml", stock={"M": 0})
    assert (full.sent, full.ended) == ([], "full_again")
