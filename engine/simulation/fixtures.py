"""The test kit as a pytest plugin, which pytest finds wherever Waitline is installed.

def test_who_does_not_click_gets_an_email(enroll, journey_template):
ada = enroll(journey_template("back_in_stock"), sku="M", stock={"M": 3})
ada.passes(hours=2)
assert ada.sent == ["push", "mail"]
"""

from collections.abc import Callable

import pytest

from engine.journey.templates import templates
from engine.journey.version import JourneyDocument
from engine.simulation import kit


@pytest.fixture
def enroll() -> Callable[..., kit.MadeUpPerson]:
    """Lets a made-up person into a journey; see `engine.simulation.kit.enroll`."""
    return kit.enroll


@pytest.fixture
def journey_template() -> Callable[[str], JourneyDocument]:
    """A journey of the gallery by its id."""
    return lambda template_id: next(one.document for one in templates() if one.id == template_id)
