"""The journey language for those who draw: node types, templates, the names that the data knows, and what is wrong."""

import inspect
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from api.answers import Answer, Channel
from api.bodies import Body
from api.languages.asked import Sentence
from api.security import staff
from api.services import TheAbilities, TheDatabase, ThePlugins
from engine.authoring.checking import document_problems
from engine.journey.admission import READY_MADE_FILTERS
from engine.journey.custom import for_editor
from engine.journey.node_types import NodeType, node_types
from engine.journey.templates import Template, templates
from engine.messages.custom import CustomChannel
from engine.store import vocabulary

router = APIRouter(
    prefix="/v1", tags=["Journey language"], dependencies=[Depends(staff("see_journeys", or_key="server"))]
)

Category = Literal["start", "time", "choice", "message", "act", "end"]
FieldType = Literal["text", "number", "boolean", "date", "list", "mixed"]


class NodeTypeAnswer(Answer):
    """A node type: its form, its ways out, and what it is for."""

    type: Annotated[str, Field(examples=["wait_until"])]
    label: Annotated[Sentence, Field(examples=["Wait until"])]
    description: Annotated[Sentence, Field(description="One sentence.")]
    category: Category
    outlets: Annotated[list[str], Field(description="The ways out that every such node has.", examples=[["next"]])]
    outlets_from: Annotated[
        str | None, Field(description="The field whose rows each add a way out.", examples=["ways"])
    ]
    optional_outlets: Annotated[list[str], Field(description="Ways out that may lead nowhere.")]
    waits: Annotated[bool, Field(description="Whether it lets time pass.")]
    schema_: dict[str, Any] = Field(alias="schema", description="JSON Schema of its settings.")
    facts: Annotated[list[str], Field(description="Facts that it may ask for.", examples=[["attribute", "stock"]])]
    docs: Annotated[str, Field(description="What it does, in full.")]


class ChannelTypeAnswer(Answer):
    """A channel that a plugin brings: its form, and what it is."""

    channel: Channel
    label: Annotated[str, Field(examples=["Slack message"])]
    description: Annotated[str, Field(description="One sentence.")]
    address: Annotated[
        str | None, Field(description="The attribute by which a profile is reached; null where no person is.")
    ]
    schema_: dict[str, Any] = Field(alias="schema", description="JSON Schema of a message on it.")
    docs: Annotated[str, Field(description="What it is, in full.")]


class NodeTypeList(Answer):
    """Every node type, in the order of a palette, and the channels that plugins bring."""

    items: list[NodeTypeAnswer]
    channels: list[ChannelTypeAnswer]


class TemplateAnswer(Answer):
    """A journey to begin from."""

    id: Annotated[str, Field(examples=["back_in_stock"])]
    name: Annotated[Sentence, Field(examples=["Back in stock"])]
    description: Sentence
    channels: list[Channel]
    needs: Annotated[list[str], Field(description="What must be there before launch.", examples=[["segment:vip"]])]
    document: dict[str, Any]


class TemplateList(Answer):
    """Every template, in the order of a gallery."""

    items: list[TemplateAnswer]


class FieldAnswer(Answer):
    """A property of an event or an attribute of profiles, with values that it was seen to have."""

    name: Annotated[str, Field(examples=["products.sku"])]
    type: FieldType
    samples: list[Any]


class EventAnswer(Answer):
    """An event that journeys may use."""

    name: Annotated[str, Field(examples=["Back in Stock"])]
    seen: Annotated[int, Field(description="About how often it has come.", examples=[412])]
    properties: list[FieldAnswer]


class SegmentRef(Answer):
    """A segment by its name."""

    id: str
    name: str


class FilterAnswer(Answer):
    """A ready-made filter of people by what they did lately; fewer `days` are the `within` of its condition."""

    id: Literal["purchase", "product_view", "cart_view", "wishlist"]
    event: Annotated[str, Field(description="The event that it looks for.", examples=["Order Completed"])]
    days: Annotated[int, Field(description="How far back it looks unless changed.", examples=[90])]
    most_days: Annotated[int, Field(description="How far back it can look.", examples=[90])]
    include: Annotated[dict[str, Any], Field(description="The condition that keeps those who did it.")]
    exclude: Annotated[dict[str, Any], Field(description="The condition that leaves them out.")]


class VocabularyAnswer(Answer):
    """All names that a journey may use. Our own events are there before the first of them came."""

    events: list[EventAnswer]
    attributes: list[FieldAnswer]
    segments: list[SegmentRef]
    sources: list[str]
    filters: Annotated[list[FilterAnswer], Field(description="Ready-made filters of an audience.")]


class DocumentBody(Body):
    """A journey document, finished or not."""

    document: Any
    journey: Annotated[str | None, Field(max_length=64, description="The id of the journey that it is of.")] = None


class ProblemAnswer(Answer):
    """Something that is wrong with a document, where it is, and how to put it right."""

    code: Annotated[str, Field(examples=["outlet_open"])]
    severity: Literal["blocking", "warning"]
    node: str | None
    edge: str | None
    field: Annotated[str | None, Field(description="In the node; without one in the document.")]
    message: Sentence


class ProblemList(Answer):
    """Everything that is wrong with a document; what blocks it first."""

    problems: list[ProblemAnswer]


@router.get("/node-types")
async def list_node_types(plugins: ThePlugins) -> NodeTypeList:
    """List the node types with their settings, ways out and documentation; those that plugins bring come last."""
    own = [_node_type(for_editor(model)) for model in plugins.nodes.values()]
    return NodeTypeList(
        items=[*(_node_type(one) for one in node_types()), *own],
        channels=[_channel(model) for model in plugins.channels.values()],
    )


@router.get("/templates")
async def list_templates() -> TemplateList:
    """List the journeys to begin from."""
    return TemplateList(items=[_template(one) for one in templates()])


@router.get("/vocabulary")
async def get_vocabulary(database: TheDatabase) -> VocabularyAnswer:
    """Read the names of events, properties, attributes, segments and sources that there are."""
    async with database.snapshot() as session:
        known = await vocabulary.read_vocabulary(session)
    filters = [one.model_dump(mode="json", by_alias=True, exclude_none=True) for one in READY_MADE_FILTERS]
    return VocabularyAnswer.model_validate(
        {
            "events": known.events,
            "attributes": known.attributes,
            "segments": known.segments,
            "sources": known.sources,
            "filters": filters,
        }
    )


@router.post("/journeys/validate")
async def validate_journey(body: DocumentBody, database: TheDatabase, abilities: TheAbilities) -> ProblemList:
    """Find everything that is wrong with a document."""
    async with database.snapshot() as session:
        catalogue = await vocabulary.read_catalogue(session, journey=body.journey, abilities=abilities)
    found = document_problems(body.document, catalogue)
    return ProblemList(
        problems=[ProblemAnswer(**one.model_dump(exclude={"sentence"}), message=one.sentence) for one in found]
    )


def _node_type(one: NodeType) -> NodeTypeAnswer:
    return NodeTypeAnswer(
        type=one.type,
        label=one.title,
        description=one.summary,
        category=one.category,
        outlets=list(one.outlets),
        outlets_from=one.outlets_from,
        optional_outlets=list(one.optional_outlets),
        waits=one.waits,
        schema=dict(one.config_schema),
        facts=list(one.asks),
        docs=one.documentation,
    )


def _channel(model: type[CustomChannel]) -> ChannelTypeAnswer:
    documentation = inspect.getdoc(model) or ""
    return ChannelTypeAnswer(
        channel=model.name,
        label=model.label,
        description=documentation.partition("\n")[0],
        address=model.address,
        schema=model.model_json_schema(),
        docs=documentation,
    )


def _template(one: Template) -> TemplateAnswer:
    document = one.document.model_dump(mode="json", by_alias=True, exclude_none=True)
    messages = one.document.messages.values()
    channels = sorted({message["channel"] for message in messages})
    return TemplateAnswer(
        id=one.id, name=one.title, description=one.summary, channels=channels, needs=list(one.needs), document=document
    )
