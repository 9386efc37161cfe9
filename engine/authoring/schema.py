"""The JSON Schema of a journey in YAML: what an editor completes and underlines while one is being written.

Every printed file names `journey.schema.json` in its first line; `waitline journeys new` and `export` put it beside.
"""

import json
from typing import Any

from pydantic import TypeAdapter

from engine.journey.version import JourneyDocument
from engine.messages.content import MessageContent

SCHEMA_FILE = "journey.schema.json"


def yaml_schema() -> dict[str, Any]:
    """The schema, with the nodes saying where they lead, and with the contents of every channel."""
    schema = JourneyDocument.model_json_schema(by_alias=True)
    contents = TypeAdapter[Any](MessageContent).json_schema()
    definitions: dict[str, Any] = schema["$defs"] | contents.pop("$defs")
    graph = definitions.pop("Graph")["properties"]
    to = {
        "description": "Where it leads: the id of the next node, or one for each way out.",
        "anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}],
    }
    for reference in graph["nodes"]["items"]["oneOf"]:
        definitions[reference["$ref"].rpartition("/")[2]]["properties"]["to"] = to
    properties = {**schema["properties"], "nodes": graph["nodes"], "edges": graph["edges"]}
    del properties["graph"]
    properties["messages"] = {"type": "object", "additionalProperties": contents}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Waitline journey",
        **{name: value for name, value in schema.items() if name not in {"title", "properties", "required", "$defs"}},
        "properties": properties,
        "required": ["name", "nodes"],
        "$defs": definitions,
    }


def schema_text() -> str:
    """The schema as a file."""
    return json.dumps(yaml_schema(), indent=2, ensure_ascii=False) + "\n"
