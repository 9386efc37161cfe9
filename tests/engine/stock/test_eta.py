"""When a variant is likely to be back: an honest interval, or none."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.stock.eta import FEWEST_GAPS, estimate, sold_out_gaps, uncertainty_words

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
GAPS = st.lists(st.integers(1, 400), min_size=FEWEST_GAPS, max_size=40).map(lambda days: [n * DAY for n in days])


def test_gaps_are_from_selling_out_to_coming_back_and_nothing_else() -> None:
    history = [
        (NOON, 0, 5),
        (NOON + DAY, 5, 3),
        (NOON + 2 * DAY, 3, 0),
        (NOON + 9 * DAY, 0, 4),
        (NOON + 12 * DAY, 4, -1),
    ]
    assert sold_out_gaps(history) == ([7 * DAY], NOON + 12 * DAY)
    assert sold_out_gaps(history[:4]) == ([7 * DAY], None)
    assert sold_out_gaps([]) == ([], None)


def test_too_few_restocks_are_no_estimate() -> None:
    assert estimate([3 * DAY] * (FEWEST_GAPS - 1), NOON, NOON) is None
    assert estimate([3 * DAY] * FEWEST_GAPS, NOON, NOON) is not None


def test_gaps_shorter_than_the_present_one_no_longer_count() -> None:
    gaps = [n * DAY for n in range(1, 11)]
    found = estimate(gaps, NOON, NOON + 4 * DAY)
    assert found is not None
    assert (found.gaps, found.earliest, found.latest) == (6, NOON + 5 * DAY, NOON + 10 * DAY)
    assert estimate(gaps, NOON, NOON + 6 * DAY) is None


@given(gaps=GAPS)
def test_the_interval_covers_the_share_of_past_gaps_that_it_claims(gaps: list[timedelta]) -> None:
    found = estimate(gaps, NOON, NOON)
    assert found is not None
    assert found.earliest <= found.expected_at <= found.latest
    inside = sum(found.earliest <= NOON + gap <= found.latest for gap in gaps)
    assert inside / (len(gaps) + 1) >= found.confidence - 1e-9, "the next gap is one of n + 1 that are alike"
    assert 0.6 <= found.confidence < 1


def test_the_words_say_how_sure_it_is() -> None:
    assert uncertainty_words(NOON, 0.7) == "expected around 1 March 2027, about 70 % certain; the date may change"
    assert uncertainty_words(NOON, None) == "expected around 1 March 2027; the date may change"
