"""Checking a whole document: the graph and its settings, and what other rooms find in the parts that they type.

engine.journey     nodes, edges, conditions, settings          problems(document)
engine.messages    the content of each message                 content_*
engine.guardrails  caps, quiet hours, product filters          setting_invalid
engine.stock       which interest opens a wait, how a line     setting_invalid
                   is let in
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from engine.guardrails.products import Item
from engine.guardrails.settings import Guardrails, guardrails_of
from engine.journey.catalogue import UNCHECKED, BareProduct, Catalogue
from engine.journey.nodes import Entry, Message
from engine.journey.problems import Problem
from engine.journey.reading import fault_of, kind_fault, read
from engine.journey.triggers import EventTrigger
from engine.journey.validation import problems
from engine.journey.version import JourneyDocument
from engine.journey.vocabulary import RESTOCK_EXPECTED
from engine.messages.content import CustomContent, MessageContent
from engine.messages.fallbacks import tag_without_fallback
from engine.messages.origins import without_origin
from engine.messages.render import problem_with
from engine.messages.variants import contents_of
from engine.stock.freshness import sources_used
from engine.stock.interest import InterestRule
from engine.stock.rules import ReleaseRule, check_tiers

UNCERTAINTY = "event.uncertainty"
PRODUCT_BLOCKS = ("product_card", "back_in_stock")
NAMED = 3
"""Products that are named where several lack something; the others are counted."""
_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)
_SETTINGS: Mapping[str, type[BaseModel]] = {
    "guardrails": Guardrails,
    "interest": InterestRule,
    "release": ReleaseRule,
}


def document_problems(document: Any, catalogue: Catalogue = UNCHECKED) -> tuple[Problem, ...]:
    """All problems of a document (JSON, or read already): those that block first, each once."""
    found = read(document)
    if not isinstance(found, JourneyDocument):
        return found
    settings = (*_setting_problems(found), *check_tiers(found.settings, catalogue))
    contents = (*_content_problems(found, catalogue), *_vague_messages(found), *_bare_products(found, catalogue))
    every = dict.fromkeys((*problems(found, catalogue), *contents, *settings))
    return tuple(sorted(every, key=lambda problem: not problem.is_blocking))


def _content_problems(document: JourneyDocument, catalogue: Catalogue) -> Iterator[Problem]:
    senders: dict[str, str] = {}
    for node in document.graph.nodes:
        if isinstance(node, Message):
            senders.setdefault(node.message, node.id)
    always = ("uncertainty",) if _tells_of_a_return(document) else ()
    for name, raw in document.messages.items():
        yield from _message_problems(name, raw, senders.get(name), always, catalogue)


def _message_problems(
    name: str, raw: Mapping[str, Any], sender: str | None, always: Sequence[str], catalogue: Catalogue
) -> Iterator[Problem]:
    """What is wrong with a message, or with one of its variants."""
    where = f"messages.{name}"
    try:
        written = contents_of(name, raw)
    except ValidationError as error:
        yield from _invalid(error, raw, sender, where)
        return
    for key, content in written.items():
        place = where if key == name else f"{where}.variants.{key.removeprefix(name)[1:]}"
        try:
            message = _CONTENT.validate_python(content)
            custom = catalogue.channel_types.get(message.channel) if isinstance(message, CustomContent) else None
            if custom is not None and isinstance(message, CustomContent):
                custom.model.model_validate(message.settings)
        except ValidationError as error:
            yield from _invalid(error, raw, sender, place)
            continue
        problem = problem_with(message) or tag_without_fallback(message, event=always)
        if problem is not None:
            yield _problem(f"content_{problem.code}", sender, f"{place}.{problem.field}", problem.detail)


def _invalid(error: ValidationError, raw: Mapping[str, Any], sender: str | None, where: str) -> Iterator[Problem]:
    for detail in error.errors(include_url=False):
        path = _inside(detail["loc"], raw)
        sentence = kind_fault(detail, path or ("message",)) or _told(detail)
        yield _problem("content_invalid", sender, f"{where}.{'.'.join(map(str, path))}", sentence)


def _vague_messages(document: JourneyDocument) -> Iterator[Problem]:
    """Messages about an expected restock that do not say how sure the date is."""
    if not _tells_of_a_return(document):
        return
    for node in document.graph.nodes:
        if isinstance(node, Message) and UNCERTAINTY not in json.dumps(document.messages.get(node.message, {})):
            yield _problem(
                "uncertainty_missing",
                node.id,
                f"messages.{node.message}",
                "The message names a date that may change; put {{ event.uncertainty }} into its text.",
            )


def _bare_products(document: JourneyDocument, catalogue: Catalogue) -> Iterator[Problem]:
    """Messages with a product block, while the journey may be about products that lack what it shows."""
    bare = _bare_in_question(document, catalogue) if catalogue.bare else {}
    for node in document.graph.nodes if bare else ():
        if isinstance(node, Message) and _shows_a_product(document.messages.get(node.message, {})):
            named = ", ".join(f"{name} ({missing})" for name, missing in list(bare.values())[:NAMED])
            more = f" and {len(bare) - NAMED} more" if len(bare) > NAMED else ""
            yield _problem(
                "product_incomplete",
                node.id,
                f"messages.{node.message}",
                f"The product block shows name, description, image and link, which some products lack: {named}{more}. "
                "Complete them in the catalog, or leave them out with the product filter.",
            )


def _bare_in_question(document: JourneyDocument, catalogue: Catalogue) -> dict[tuple[str, str], tuple[str, str]]:
    """Name and missing fields of each product that lacks some and that the journey may be about."""
    try:
        condition = guardrails_of(document.settings.guardrails).products
    except ValidationError:
        condition = None
    entries = [node for node in document.graph.nodes if isinstance(node, Entry)]
    every = {one.source for one in catalogue.bare}
    asked = sources_used(entries[0].trigger, every) if entries else None
    sources = every if asked is None else asked
    return {
        (one.source, one.product_id): (one.name, ", ".join(one.missing))
        for one in catalogue.bare
        if one.source in sources and (condition is None or condition.holds(_item(one)))
    }


def _item(bare: BareProduct) -> Item:
    return Item(bare.sku, bare.product_id, bare.price, bare.original_price, bare.currency, bare.attributes)


def _shows_a_product(content: Mapping[str, Any]) -> bool:
    """Whether there is a product block anywhere in this message, its variants included."""
    written = json.dumps(content, default=str)
    return any(f'"type": "{block}"' in written for block in PRODUCT_BLOCKS)


def _tells_of_a_return(document: JourneyDocument) -> bool:
    """Whether its entry is the event that states a return, which always says how sure it is."""
    triggers = [node.trigger for node in document.graph.nodes if isinstance(node, Entry)]
    return any(isinstance(trigger, EventTrigger) and trigger.event == RESTOCK_EXPECTED for trigger in triggers)


def _setting_problems(document: JourneyDocument) -> Iterator[Problem]:
    for name, model in _SETTINGS.items():
        try:
            model.model_validate(getattr(document.settings, name))
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                field = ".".join(("settings", name, *map(str, detail["loc"])))
                sentence = kind_fault(detail, (name, *detail["loc"])) or _told(detail)
                yield _problem("setting_invalid", None, field, sentence)


def _inside(location: Sequence[int | str], raw: Mapping[str, Any]) -> Sequence[int | str]:
    """The location without the channel, by which the model found the content's type."""
    location = without_origin(location)
    return location[1:] if location and location[0] == raw.get("channel") else location


def _told(detail: ErrorDetails) -> str:
    name = next((str(step) for step in reversed(detail["loc"]) if isinstance(step, str)), "this")
    return f"“{name}” is not right: {fault_of(detail)} Correct it."


def _problem(code: str, node: str | None, field: str, sentence: str) -> Problem:
    return Problem(code=code, node=node, field=field.rstrip("."), sentence=sentence)
