"""A sound journey, and every way to break it: each with the problem that it must have, and where."""

import copy
from collections.abc import Callable
from typing import Any

from engine.journey.catalogue import Catalogue
from tests.builders import Json, edges, journey, node

PUSH = node("push", "message", channel="web_push", message="hello")
GERMAN = {"kind": "attribute", "attribute": "country", "op": "equals", "value": "DE"}
SOUND = journey(
    node("pause", "delay", duration="PT1H"),
    node("where", "branch", ways=[{"id": "german", "when": GERMAN}]),
    node("test", "split", shares=[{"id": "a", "share": 50}, {"id": "b", "share": 50}]),
    PUSH,
    node("click", "wait_until", events=[{"event": "Link Clicked", "message": "push"}], timeout="PT2H"),
    paths=[
        "entry > pause > where",
        "where.german > test",
        "where.otherwise > push",
        "test.a > push",
        "test.b > push",
        "push.sent > click",
        "push.not_sent > done",
        "click.happened > done",
        "click.timed_out > done",
    ],
)
CATALOGUE = Catalogue(
    journey="j1",
    events=frozenset({"Back in Stock", "Order Completed", "Link Clicked"}),
    attributes={"country": "text", "age": "number", "vip": "boolean", "birthday": "date"},
    segments=frozenset({"vip"}),
    journeys=frozenset({"j1", "j2"}),
    channels=frozenset({"web_push", "email"}),
    workflows=frozenset({"WinBack"}),
)

Break = Callable[[Json], Any]


def of(document: Json, node_id: str) -> Json:
    """The node with this id."""
    return next(each for each in document["graph"]["nodes"] if each["id"] == node_id)


def add(document: Json, *nodes: Json, paths: tuple[str, ...] = ()) -> None:
    document["graph"]["nodes"].extend(nodes)
    document["graph"]["edges"].extend(edges(paths))


def cut(document: Json, source: str, outlet: str) -> None:
    kept = [each for each in document["graph"]["edges"] if (each["source"], each["outlet"]) != (source, outlet)]
    document["graph"]["edges"] = kept


def between(document: Json, source: str, outlet: str, *nodes: Json, paths: tuple[str, ...]) -> None:
    """Nodes put into an edge, joined by these paths."""
    cut(document, source, outlet)
    add(document, *nodes, paths=paths)


def setting(**settings: Any) -> Break:
    return lambda document: document["settings"].update(settings)


def trigger(**config: Any) -> Break:
    return lambda document: of(document, "entry").update(trigger=config)


def when(**clause: Any) -> Break:
    return lambda document: of(document, "where")["ways"][0].update(when=clause)


def config(node_id: str, **fields: Any) -> Break:
    return lambda document: of(document, node_id).update(fields)


BROKEN: list[tuple[Break, str, str | None, str | None]] = [
    # what is written (not the shape of the graph)
    (lambda d: d.update(schema=2), "format_unknown", None, "schema"),
    (lambda d: d.pop("name"), "field_missing", None, "name"),
    (lambda d: d["graph"].pop("nodes"), "field_missing", None, "graph.nodes"),
    (lambda d: of(d, "push").pop("message"), "field_missing", "push", "message"),
    (config("pause", speed=3), "field_unknown", "pause", "speed"),
    (config("pause", type="teleport"), "node_type_unknown", "pause", None),
    (config("pause", duration="an hour"), "field_invalid", "pause", "duration"),
    (config("push", channel="pigeon"), "channel_unknown", "push", "channel"),
    (config("pause", id="Pause now"), "field_invalid", "Pause now", "id"),
    (trigger(kind="has_occurred", event="X"), "history_as_trigger", "entry", "trigger"),
    (trigger(kind="full_moon"), "trigger_unknown", "entry", "trigger"),
    (when(kind="occurs", event="X"), "occurs_in_condition", "where", "ways.0.when"),
    (when(kind="mood"), "clause_unknown", "where", "ways.0.when"),
    (when(kind="property", property="sku", op="exists"), "clause_needs_event", "where", "ways.0.when"),
    (
        trigger(kind="event", event="Back in Stock", where={"kind": "has_occurred", "event": "X"}),
        "history_in_where",
        "entry",
        "trigger.where",
    ),
    (
        trigger(kind="event", event="Back in Stock", where=GERMAN),
        "clause_not_about_event",
        "entry",
        "trigger.where",
    ),
    # the shape of the graph
    (lambda d: d["graph"]["nodes"].pop(0), "entry_missing", None, None),
    (
        lambda d: add(d, node("start", "entry", trigger={"kind": "api"}), paths=("start > done",)),
        "entry_twice",
        "start",
        "type",
    ),
    (lambda d: add(d, node("pause", "exit")), "node_twice", "pause", "id"),
    (lambda d: add(d, paths=("pause > nowhere",)), "edge_target_unknown", None, "graph.edges.10.target"),
    (lambda d: add(d, paths=("nobody > done",)), "edge_source_unknown", None, "graph.edges.10.source"),
    (lambda d: add(d, paths=("done > pause",)), "outlet_unknown", "done", "outlets.next"),
    (lambda d: add(d, paths=("pause.later > done",)), "outlet_unknown", "pause", "outlets.later"),
    (lambda d: add(d, paths=("pause > done",)), "outlet_taken", "pause", "outlets.next"),
    (lambda d: cut(d, "push", "sent"), "outlet_open", "push", "outlets.sent"),
    (lambda d: cut(d, "where", "otherwise"), "outlet_open", "where", "outlets.otherwise"),
    (
        lambda d: between(d, "test", "a", paths=("test.a > entry",)),
        "edge_into_entry",
        "test",
        "outlets.a",
    ),
    (lambda d: between(d, "test", "a", paths=("test.a > where",)), "loop_without_wait", "test", "outlets.a"),
    (lambda d: between(d, "test", "a", paths=("test.a > pause",)), "loop_without_limit", "test", "outlets.a"),
    (lambda d: add(d, node("lost", "exit")), "node_unreachable", "lost", "id"),
    # config of nodes
    (config("pause", duration="PT0S"), "delay_too_short", "pause", "duration"),
    (config("pause", duration="P9999D"), "delay_too_long", "pause", "duration"),
    (lambda d: of(d, "pause").pop("duration"), "delay_unclear", "pause", "duration"),
    (config("pause", window={"opens": "10:00"}), "delay_unclear", "pause", "duration"),
    (
        config("pause", duration=None, window={"opens": "10:00", "closes": "10:00"}),
        "window_empty",
        "pause",
        "window",
    ),
    (config("click", buffer=True, type="delay", duration="P1D"), "field_unknown", "click", "events"),
    (
        lambda d: between(
            d, "test", "a", node("late", "delay", duration="P1D", buffer=True), paths=("test.a > late > done",)
        ),
        "buffer_misplaced",
        "late",
        "buffer",
    ),
    (config("click", events=[]), "wait_for_nothing", "click", "events"),
    (config("click", timeout="-PT1H"), "timeout_too_short", "click", "timeout"),
    (config("click", condition=GERMAN, check_every="PT1S"), "check_every_too_short", "click", "check_every"),
    (
        config("click", events=[{"event": "Link Clicked", "outlet": "timed_out"}]),
        "outlet_reserved",
        "click",
        "events.0.outlet",
    ),
    (
        config("click", events=[{"event": "Link Clicked", "message": "pause"}]),
        "message_node_unknown",
        "click",
        "events.0.message",
    ),
    (config("where", ways=[]), "branch_empty", "where", "ways"),
    (
        config("where", ways=[{"id": "otherwise", "when": GERMAN}]),
        "outlet_reserved",
        "where",
        "ways.0.id",
    ),
    (
        config("test", shares=[{"id": "a", "share": 50}, {"id": "b", "share": 40}]),
        "shares_sum",
        "test",
        "shares",
    ),
    (config("test", shares=[{"id": "a", "share": 100}]), "split_too_few", "test", "shares"),
    (
        config("test", shares=[{"id": "a", "share": 50}, {"id": "a", "share": 50}]),
        "outlet_twice",
        "test",
        "shares.1.id",
    ),
    (
        lambda d: between(d, "test", "a", node("keep", "holdout", share=0), paths=("test.a > keep > done",)),
        "holdout_share",
        "keep",
        "share",
    ),
    (
        lambda d: between(d, "test", "a", node("set", "update_profile"), paths=("test.a > set > done",)),
        "update_empty",
        "set",
        "set",
    ),
    (
        lambda d: between(
            d, "test", "a", node("set", "update_profile", set={"x": 1}, remove=["x"]), paths=("test.a > set > done",)
        ),
        "update_twice",
        "set",
        "remove",
    ),
    (
        lambda d: between(
            d, "test", "a", node("set", "update_profile", remove=["email"]), paths=("test.a > set > done",)
        ),
        "attribute_identifies",
        "set",
        "remove",
    ),
    (
        lambda d: between(
            d, "test", "a", node("set", "update_profile", set={"language": 5}), paths=("test.a > set > done",)
        ),
        "attribute_needs_text",
        "set",
        "set.language",
    ),
    (config("push", message="farewell"), "message_missing", "push", "message"),
    (lambda d: d["messages"]["hello"].update(channel="email"), "message_channel", "push", "channel"),
    (lambda d: d["messages"].update(more={"channel": "email"}), "message_unused", None, "messages.more"),
    # conditions
    (when(kind="all", of=[]), "group_empty", "where", "ways.0.when"),
    (when(**{**GERMAN, "op": "less_than"}), "operator_value", "where", "ways.0.when"),
    (when(**{**GERMAN, "op": "in", "value": []}), "operator_value", "where", "ways.0.when"),
    (when(**{**GERMAN, "op": "in_last", "value": "a week"}), "operator_value", "where", "ways.0.when"),
    (
        when(kind="has_occurred", event="Order Completed", within="PT0S"),
        "window_too_short",
        "where",
        "ways.0.when.within",
    ),
    (
        when(kind="has_occurred", event="Order Completed", at_least=5, at_most=2),
        "count_impossible",
        "where",
        "ways.0.when",
    ),
    (when(kind="stock", op="between", value=3), "operator_value", "where", "ways.0.when"),
    (when(kind="all", of=[GERMAN] * 200), "condition_too_large", "where", "ways.0.when"),
    (
        when(**{**GERMAN, "op": "in", "value": ["DE"] * 501}),
        "list_too_long",
        "where",
        "ways.0.when",
    ),
    (when(kind="time", after="2026-05-01T00:00:00"), "field_invalid", "where", "ways.0.when.after"),
    (when(kind="time"), "time_empty", "where", "ways.0.when"),
    (
        when(kind="time", after="2026-05-01T00:00:00Z", before="2026-04-01T00:00:00Z"),
        "time_impossible",
        "where",
        "ways.0.when",
    ),
    # settings
    (setting(zone="Europe/Atlantis"), "zone_unknown", None, "settings.zone"),
    (setting(workflow="NobodyWroteIt"), "workflow_unknown", None, "settings.workflow"),
    (
        setting(starts_at="2026-05-01T00:00:00Z", ends_at="2026-04-01T00:00:00Z"),
        "end_before_start",
        None,
        "settings.ends_at",
    ),
    (setting(reentry={"kind": "after", "wait": "PT0S"}), "reentry_too_short", None, "settings.reentry.wait"),
    (
        setting(audience={"include": ["vip"], "exclude": ["vip"]}),
        "audience_contradiction",
        None,
        "settings.audience.exclude",
    ),
    (
        setting(goals=[{"id": "buy", "event": "Order Completed"}, {"id": "buy", "event": "Order Completed"}]),
        "goal_twice",
        None,
        "settings.goals.1.id",
    ),
    # references that only the workspace can tell
    (when(kind="segment", segment="unknown"), "segment_unknown", "where", "ways.0.when"),
    (when(kind="attribute", attribute="vip", op="contains", value="x"), "operator_kind", "where", "ways.0.when"),
    (when(**{**GERMAN, "attribute": "shoe"}), "attribute_unknown", "where", "ways.0.when"),
    (trigger(kind="event", event="Bakc in Stock"), "event_unknown", "entry", "trigger.event"),
    (config("push", channel="sms"), "channel_not_ready", "push", "channel"),
    (
        lambda d: between(d, "test", "a", node("on", "start_journey", journey="j9"), paths=("test.a > on > done",)),
        "journey_unknown",
        "on",
        "journey",
    ),
    (
        lambda d: between(d, "test", "a", node("on", "start_journey", journey="j1"), paths=("test.a > on > done",)),
        "journey_starts_itself",
        "on",
        "journey",
    ),
]


def broken(how: Break) -> Json:
    document = copy.deepcopy(SOUND)
    how(document)
    return document
