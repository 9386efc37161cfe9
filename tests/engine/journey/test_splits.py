"""Splits: sticky, uniform, and edited without moving more profiles than necessary."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.journey.migration import carried_over
from engine.journey.splits import PLACES, counted, owner, place, resliced, sliced
from engine.journey.validation import problems
from tests.builders import Json, Walk, journey, node, version

IDS = [f"profile-{number}" for number in range(100_000)]


def split(**shares: float) -> Json:
    ways = [{"id": name, "share": share} for name, share in shares.items()]
    return journey(
        node("test", "split", shares=ways),
        *(node(f"at_{name}", "exit", reason=name) for name in shares),
        paths=["entry > test", *(f"test.{name} > at_{name}" for name in shares)],
    )


def chi_square(counts: Counter[str], expected: dict[str, float]) -> float:
    return sum((counts[name] - much) ** 2 / much for name, much in expected.items())


@pytest.mark.spec("J-008")
def test_a_hundred_thousand_profiles_fall_as_the_shares_say() -> None:
    shares = {"a": 5_000, "b": 3_000, "c": 1_500, "d": 500}
    slices = sliced(shares)
    counts = Counter(owner(slices, place("j1", "test", each)) or "" for each in IDS)
    expected = {name: len(IDS) * places / PLACES for name, places in shares.items()}
    assert chi_square(counts, expected) < 16.27, "3 degrees of freedom, p = 0.001"


@pytest.mark.spec("J-008")
def test_splits_of_different_nodes_and_journeys_are_unrelated() -> None:
    halves = sliced({"a": 5_000, "b": 5_000})
    for other in (("j1", "another"), ("j2", "test")):
        pairs = Counter(
            f"{owner(halves, place('j1', 'test', each))}{owner(halves, place(*other, each))}" for each in IDS
        )
        assert chi_square(pairs, dict.fromkeys(("aa", "ab", "ba", "bb"), len(IDS) / 4)) < 16.27


@pytest.mark.spec("J-008")
def test_the_same_profile_always_goes_the_same_way() -> None:
    shape = split(a=50, b=50)
    for number in range(50):
        first, again = (Walk(shape, profile=f"p{number}").state.ended for _ in range(2))
        assert first == again in {"a", "b"}
    assert place("j1", "test", "profile-1") == 1723, "where a profile stands must never change between releases"


SHARES = st.lists(st.integers(0, 100), min_size=2, max_size=6).filter(lambda weights: sum(weights) > 0)


def places(weights: list[int]) -> dict[str, int]:
    """Places for outlets a, b, c … in proportion to these weights."""
    names = [chr(ord("a") + index) for index in range(len(weights))]
    found = {name: weight * PLACES // sum(weights) for name, weight in zip(names, weights, strict=True)}
    heaviest = max(found, key=lambda name: found[name])
    found[heaviest] += PLACES - sum(found.values())
    return found


@pytest.mark.spec("J-008")
@settings(max_examples=25, deadline=None)
@given(SHARES, SHARES, SHARES)
def test_edited_shares_move_exactly_as_many_places_as_they_must(
    first: list[int], second: list[int], third: list[int]
) -> None:
    slices = sliced(places(first))
    for shares in (places(second), places(third)):
        before = [owner(slices, at) for at in range(PLACES)]
        had = counted(slices)
        slices = resliced(slices, shares)
        assert counted(slices) == {name: much for name, much in shares.items() if much}
        moved = sum(1 for at, old in enumerate(before) if owner(slices, at) != old)
        assert moved == sum(max(0, much - had.get(name, 0)) for name, much in shares.items())


@pytest.mark.spec("J-008")
def test_a_published_edit_of_shares_keeps_everyone_it_can_on_their_side() -> None:
    first = carried_over(None, version(split(a=40, b=40, c=20)).document)
    second = carried_over(first, version(split(a=60, b=30, c=10)).document)
    old, new = (document.model_dump(mode="json", by_alias=True) for document in (first, second))
    moves = Counter((Walk(old, profile=each).state.ended, Walk(new, profile=each).state.ended) for each in IDS[:2_000])
    changed = {sides for sides in moves if sides[0] != sides[1]}
    assert changed == {("b", "a"), ("c", "a")}, "only those who must go from what shrank to what grew"
    assert problems(new) == ()


def test_slices_that_do_not_fit_the_shares_are_ignored() -> None:
    shape = split(a=50, b=50)
    shape["graph"]["nodes"][1]["slices"] = [{"outlet": "gone", "until": 10_000}]
    assert Walk(shape).state.ended in {"a", "b"}


def held_out(share: float) -> set[str]:
    shape = journey(node("keep", "holdout", share=share), paths=["entry > keep > done"])
    return {each for each in IDS[:3_000] if Walk(shape, profile=each).state.ended == "held_out"}


def test_a_holdout_keeps_its_share_out_says_so_and_grows_without_letting_anyone_in() -> None:
    ten, twenty = held_out(10), held_out(20)
    assert 240 < len(ten) < 360
    assert ten < twenty
    walk = Walk(journey(node("keep", "holdout", share=10), paths=["entry > keep > done"]), profile=sorted(ten)[0])
    took = next(step for step in walk.state.trail if step.act == "took" and step.node == "keep")
    assert (took.outlet, took.reason) == ("held_out", "held_out")
    assert walk.state.ended == "held_out"
