"""Texts with merge tags: what they may do, what stops them, and how a problem says where it is."""

from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.messages.errors import MissingValue, TemplateProblem
from engine.messages.filters import MAX_TEXT, as_text
from engine.messages.templates import clean, compile_text, one_line
from tests.engine.messages.conftest import tags


def rendered(source: str, **roots: dict[str, Any]) -> str:
    return compile_text(source, "body").render(tags(**roots))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ product.name }} is back", "Fjell jacket is back"),
        ("{{ product.price }}", "€149.00"),
        ("{{ product.price | money('nb') }}", "149,00\N{NO-BREAK SPACE}€"),
        ("{{ product['name'] | upper }}", "FJELL JACKET"),
        ("{{ event['items'][1].name }}", "Scarf"),
        ("{{ event.items[0].name }}", "Hat"),
        ("{{ event.items | length }} things", "2 things"),
        ("{{ profile.tier | default('friend') }}", "friend"),
        ("{{ profile.no.such.field | default('friend') }}", "friend"),
        ("{% if profile.tier %}dear {{ profile.tier }}{% else %}hello{% endif %}", "hello"),
        ("{% if profile.tier == 'gold' %}gold{% else %}plain{% endif %}", "plain"),
        ("{% for item in event['items'] %}{{ loop.index }} {{ item.name }}; {% endfor %}", "1 Hat; 2 Scarf; "),
        ("{% set n = 3 %}{{ n * 2 + 1 }}", "7"),
        ("{{ product.name ~ ' ' ~ variant.title }}", "Fjell jacket M"),
        ("{{ 'a b&c' | urlencode }}", "a%20b%26c"),
        ("{{ '2027-03-01T12:00:00+00:00' | date('%d %B') }}", "01 March"),
        ("{{ 'The quick brown fox' | truncate(10) }}", "The quick…"),
        ("{{ ['a', 'b'] | join(' & ') }} {{ 2.50 }} {{ true }}", "a & b 2.5 yes"),
        ("{# a note #}plain {{ '{{' }}", "plain {{"),
        ("no tags: {x} }}", "no tags: {x} }}"),
    ],
)
def test_tags_become_values(source: str, expected: str) -> None:
    assert rendered(source) == expected


@pytest.mark.parametrize(
    ("source", "line", "tag"),
    [
        ("{{ profile.tier }}", 1, "profile.tier"),
        ("Hi,\n\n{{ profile.nickname }}!", 3, "profile.nickname"),
        ("{{ profile.address.city }}", 1, "profile.address.city"),
        ("{{ profile['tier'] ~ 'x' }}", 1, "profile.tier"),
        ("{{ product.original_price | money }}", 1, "product.original_price"),
        ("{% for one in profile.orders %}{{ one }}{% endfor %}", 1, "profile.orders"),
        ("{{ profile.tier + 1 }}", 1, "profile.tier"),
    ],
)
def test_an_empty_tag_without_a_fallback_is_named(source: str, line: int, tag: str) -> None:
    with pytest.raises(MissingValue) as problem:
        rendered(source)

    assert (problem.value.field, problem.value.line, problem.value.tag) == ("body", line, tag)
    assert f"{{{{ {tag} | default(" in str(problem.value)


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("ok\n{{ prodct.name }}", 2, "no tag named 'prodct'"),
        ("{{ product.name", 1, "unexpected end of template"),
        ("a\nb\n{% if x %}{% endif %}", 3, "no tag named 'x'"),
        ("a\n{% if product %}", 2, "Unexpected end of template"),
        ("{{ product.name | shout }}", 1, "shout"),
        ("{{ product.name is tasty }}", 1, "tasty"),
        ("{% macro m() %}{% endmacro %}", 1, "'macro'"),
        ("{% include 'secrets' %}", 1, "'include'"),
        ("{% import 'os' as os %}", 1, "'import'"),
        ("{% extends 'page' %}", 1, "'extends'"),
        ("{% block x %}{% endblock %}", 1, "'block'"),
        ("{{ product.name.upper() }}", 1, "cannot call functions"),
        ("{{ range.__globals__ }}", 1, "__globals__"),
        ("{{ self }}", 1, "no tag named 'self'"),
        ("{{ cycler }}", 1, "no tag named 'cycler'"),
        ("{{ waitline_each }}", 1, "no tag named 'waitline_each'"),
        ("{{ " + "(" * 500 + "1" + ")" * 500 + " }}", None, "nested too deeply"),
        ("{% for a in [1] %}" * 30 + "{% endfor %}" * 30, None, "nested too deeply"),
    ],
)
def test_what_a_message_may_not_hold_is_refused_before_anyone_is_sent_to(
    source: str, line: int | None, said: str
) -> None:
    with pytest.raises(TemplateProblem) as problem:
        compile_text(source, "title")

    assert problem.value.field == "title"
    assert problem.value.line == line
    assert said in str(problem.value)


@pytest.mark.spec("R-006")
@pytest.mark.parametrize(
    "source",
    [
        "{{ product['__class__'] | default('none') }}",
        "{{ product['__init__']['__globals__'] | default('none') }}",
        "{{ product.name['__class__'] | default('none') }}",
        "{{ product.price['__class__'] | default('none') }}",
        "{{ product.price.model_dump | default('none') }}",
        "{{ event.items.append | default('none') }}",
        "{% for i in [1] %}{{ loop['_iterator'] | default('none') }}{% endfor %}",
    ],
)
def test_no_python_attribute_is_reached(source: str) -> None:
    assert rendered(source) == "none"


@pytest.mark.spec("R-006")
@pytest.mark.parametrize(
    "bomb",
    [
        "{{ 'a' * 10**8 }}",
        "{{ [1] * 10**8 }}",
        "{{ 10 ** 10 ** 10 ** 10 }}",
        "{{ (10 ** 18) ** 18 ** 18 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '{:>999999999}' | format(1) }}",
        "{{ 'a' | center(10 ** 9) }}",
        "{{ 'a' | indent(10 ** 9) }}",
        "{{ range(10 ** 9) | length }}",
        "{{ range(1000) | join('" + "x" * 100 + "') }}",
        "{{ ('" + "a" * 1000 + "' | replace('a', '" + "b" * 1000 + "')) }}",
        "{% for a in range(1000) %}" * 3 + "{% endfor %}" * 3,
        "{% for a in range(999) %}" + "x" * 5_000 + "{% endfor %}",
        "{{ profile.bio }}",
        "{{ profile.bio | upper | length }}",
        "{% for bio in profile.bios %}{{ bio | upper | length }}{% endfor %}",
        "{{ '2027-01-01' | date('%999999999d') }}",
        "{{ " + " ~ ".join(["profile.word"] * 50) + " }}",
    ],
)
def test_a_template_cannot_run_away(bomb: str) -> None:
    hostile = {"bio": "b" * 10_000_000, "bios": ["b" * 10_000_000] * 1000, "word": "w" * 1000}

    begun = process_time()
    with pytest.raises(TemplateProblem):
        rendered(bomb, profile=hostile)
    assert process_time() - begun < 1, "it is stopped long before anybody waits for it"


def test_a_text_may_not_grow_beyond_its_limit_however_it_is_put_together() -> None:
    text = compile_text("{{ profile.word }}" * 30, "title", limit=10_000)

    with pytest.raises(TemplateProblem, match="longer than 10000"):
        text.render(tags(profile={"word": "w" * 1000}))


def test_the_loops_of_one_rendering_share_a_budget_and_the_next_rendering_has_its_own() -> None:
    text = compile_text("{% for a in range(900) %}.{% endfor %}", "body")

    assert [len(text.render(tags())) for _ in range(50)] == [900] * 50


def outcome(source: str, **roots: dict[str, Any]) -> str:
    """What comes of a template: its text, or the field that its problem names. Anything else is raised."""
    try:
        return rendered(source, **roots)
    except TemplateProblem as problem:
        return f"problem in {problem.field}"


@given(st.text(max_size=200))
def test_any_text_is_either_a_template_or_a_named_problem(source: str) -> None:
    result = outcome(source)

    assert result == "problem in body" or len(result) <= MAX_TEXT


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_any_value_is_printed_or_refused_by_name(value: Any) -> None:
    result = outcome("{{ profile.value }}", profile={"value": value})

    assert result == "problem in body" if value is None or isinstance(value, list) else result == as_text(value)


def test_lines_for_headers_hold_no_line_breaks_or_control_characters() -> None:
    assert one_line(" Big\r\nBcc: eve@example.org\x00\u2028sale\x85 ") == "Big Bcc: eve@example.org sale"


def test_texts_keep_line_breaks_tabs_and_emoji_but_no_control_characters() -> None:
    assert clean("a\n\tb\x00\x1b[31m\ud83d 👩‍👩‍👧 \u202eא") == "a\n\tb[31m 👩‍👩‍👧 \u202eא"
