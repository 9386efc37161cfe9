"""The JSON Schema of a journey in YAML: what an editor completes and underlines while one is being written.

Every printed file names `journey.schema.json` in its first line; `waitline journeys new` and `export` put it beside.
"""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from engine.journey.catalogue import UNCHECKED, Catalogue, CustomType
from engine.journey.nodes.message import BUILT_IN_CHANNELS
from engine.journey.version import JourneyDocument
from engine.messages.content import BuiltInContent

SCHEMA_FILE = "journey.schema.json"


def yaml_schema(catalogue: Catalogue = UNCHECKED) -> dict[str, Any]:
    """The schema, with the nodes saying where they lead, and with the contents of every channel.

    The catalogue says which node types and channels plugins bring.
    """
    schema = JourneyDocument.model_json_schema(by_alias=True)
    contents = _contents(catalogue.channel_types)
    definitions: dict[str, Any] = schema["$defs"] | contents.pop("$defs")
    graph = definitions.pop("Graph")["properties"]
    to = {
        "description": "Where it leads: the id of the next node, or one for each way out.",
        "anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}],
    }
    own, nodes = graph["nodes"]["items"]["oneOf"][0], graph["nodes"]["items"]
    base = definitions.pop("Custom")["properties"]
    nodes["oneOf"] = [*own["oneOf"], *_custom_nodes(base, catalogue.node_types, definitions)]
    if not catalogue.node_types:
        nodes["discriminator"] = own["discriminator"]
    definitions["Message"]["properties"]["channel"] = {
        "enum": [*BUILT_IN_CHANNELS, *catalogue.channel_types],
        "title": "Channel",
        "type": "string",
    }
    for reference in nodes["oneOf"]:
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


def _custom_nodes(
    base: Mapping[str, Any], types: Mapping[str, CustomType], definitions: dict[str, Any]
) -> list[dict[str, str]]:
    """References to the node types that plugins bring, whose schemas are put beside the others."""
    for name, one in types.items():
        schema = one.model.model_json_schema(ref_template=f"#/$defs/custom_{name}_{{model}}")
        definitions |= {f"custom_{name}_{inner}": each for inner, each in schema.pop("$defs", {}).items()}
        schema["properties"] = {**base, "type": {"const": name}, **schema.get("properties", {})}
        schema["required"] = ["id", "type", *schema.get("required", ())]
        definitions[f"custom_{name}"] = schema
    return [{"$ref": f"#/$defs/custom_{name}"} for name in types]


def _contents(types: Mapping[str, CustomType]) -> dict[str, Any]:
    """The contents of every channel: ours, and those that plugins bring."""
    contents = TypeAdapter[Any](BuiltInContent).json_schema()
    if types:
        contents["oneOf"] = [*contents["oneOf"], *({"$ref": f"#/$defs/channel_{name}"} for name in types)]
        del contents["discriminator"]
    for name, one in types.items():
        schema = one.model.model_json_schema(ref_template=f"#/$defs/channel_{name}_{{model}}")
        contents["$defs"] |= {f"channel_{name}_{inner}": each for inner, each in schema.pop("$defs", {}).items()}
        schema["properties"] = {"channel": {"const": name}, **schema.get("properties", {})}
        contents["$defs"][f"channel_{name}"] = {**schema, "required": ["channel", *schema.get("required", ())]}
    return contents


def schema_text(catalogue: Catalogue = UNCHECKED) -> str:
    """The schema as a file."""
    return json.dumps(yaml_schema(catalogue), indent=2, ensure_ascii=False) + "\n"
