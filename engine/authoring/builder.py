"""A journey written in Python, from top to bottom.

    journey = Journey("Back in stock")
    journey.enter(on("Back in Stock"))
    journey.message("back_push", "web_push", id="push", not_sent="mail")
    journey.wait_until(occurs("Link Clicked", message="push"), timeout=hours(2), id="click", happened="done")
    journey.message("back_mail", "email", id="mail")
    journey.exit(id="done")

Every call writes a node. A way out that is not mentioned leads onward, to the node that is written next; one that is
mentioned leads to the node with that id, wherever it stands, so paths rejoin and loop by naming a node. `None` leaves a
way out open. Ways out that a node can do without (`no_channel`, `no_date`, `held_out`, `visits_over`) lead nowhere
unless mentioned. A node without an id is named after its message or its type.

A call remembers its line: `build()` raises `InvalidJourney` with the problems that the canvas shows, line by line.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Self

from engine.authoring.checking import document_problems
from engine.authoring.places import CodeProblem, InvalidJourney, Path, Places, caller
from engine.authoring.words import ONWARD, Json, Onward, Part, Target
from engine.journey.catalogue import UNCHECKED, Catalogue
from engine.journey.nodes.base import NODE_ID, VISITS_OVER
from engine.journey.nodes.waitlist import Source
from engine.journey.version import JourneyDocument

Outlets = Mapping[str, Target]


class Journey:
    """A journey in the making; `document` is what it says so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Path, int] = {("name",): caller(1).f_lineno}
        self.file = caller(1).f_code.co_filename
        self.latest: Path = ("name",)
        self.calls: set[Path] = {self.latest}
        self._nodes: list[tuple[Json, Outlets]] = []
        self._edges: list[Json] = []
        self._messages: dict[str, Json] = {}
        self._settings: Json = {}
        self._layout: dict[str, Json] = {}
        self._notes: list[Json] = []

    def enter(
        self,
        trigger: Part,
        *,
        id: str = "entry",
        title: str | None = None,
        max_visits: int | None = None,
        next: Target = ONWARD,
        visits_over: str | None = None,
    ) -> Self:
        """What lets profiles in."""
        config = {"trigger": trigger, "title": title, "max_visits": max_visits}
        return self._node("entry", id, config, {"next": next, VISITS_OVER: visits_over})

    def delay(
        self,
        duration: str | None = None,
        *,
        window: Part | None = None,
        until_date: Part | None = None,
        buffer: bool | None = None,
        id: str | None = None,
        title: str | None = None,
        max_visits: int | None = None,
        next: Target = ONWARD,
        no_date: str | None = None,
        visits_over: str | None = None,
    ) -> Self:
        """Wait: so long, until a time of day, or until a date that the profile has."""
        config = {"duration": duration, "window": window, "until_date": until_date, "buffer": buffer}
        config |= {"title": title, "max_visits": max_visits}
        return self._node("delay", id, config, {"next": next, "no_date": no_date, VISITS_OVER: visits_over})

    def wait_until(
        self,
        *events: Part,
        condition: Part | None = None,
        timeout: str | None = None,
        check_every: str | None = None,
        id: str | None = None,
        title: str | None = None,
        max_visits: int | None = None,
        happened: Target = ONWARD,
        timed_out: Target = ONWARD,
        visits_over: str | None = None,
    ) -> Self:
        """Wait for one of these events, or until the condition holds, at most so long."""
        config = {"events": list(events) or None, "condition": condition, "timeout": timeout}
        config |= {"check_every": check_every, "title": title, "max_visits": max_visits}
        outlets: dict[str, Target] = {}
        named: dict[str, Target] = {"happened": happened, "timed_out": timed_out}
        for event in events:
            outlet = str(event.get("outlet", "happened"))
            outlets.setdefault(outlet, named.get(outlet, ONWARD) if isinstance(event.to, Onward) else event.to)
        if condition is not None or not isinstance(happened, Onward):
            outlets.setdefault("happened", happened)
        if timeout is not None or not isinstance(timed_out, Onward):
            outlets.setdefault("timed_out", timed_out)
        return self._node("wait_until", id, config, {**outlets, VISITS_OVER: visits_over})

    def branch(
        self,
        *ways: Part,
        id: str | None = None,
        title: str | None = None,
        max_visits: int | None = None,
        otherwise: Target = ONWARD,
        visits_over: str | None = None,
    ) -> Self:
        """Leave by the first way whose condition holds, else by `otherwise`."""
        config = {"ways": list(ways), "title": title, "max_visits": max_visits}
        outlets = {str(way["id"]): way.to for way in reversed(ways)}
        in_order = {str(way["id"]): outlets[str(way["id"])] for way in ways}
        return self._node("branch", id, config, {**in_order, "otherwise": otherwise, VISITS_OVER: visits_over})

    def split(
        self,
        *shares: Part,
        slices: Sequence[Json] | None = None,
        id: str | None = None,
        title: str | None = None,
        max_visits: int | None = None,
        visits_over: str | None = None,
    ) -> Self:
        """Send each profile one of these ways, by chance, and always the same way."""
        config = {"shares": list(shares), "slices": slices, "title": title, "max_visits": max_visits}
        outlets = {str(share["id"]): share.to for share in reversed(shares)}
        in_order = {str(share["id"]): outlets[str(share["id"])] for share in shares}
        return self._node("split", id, config, {**in_order, VISITS_OVER: visits_over})

    def holdout(
        self,
        share: float,
        *,
        id: str | None = None,
        title: str | None = None,
        max_visits: int | None = None,
        next: Target = ONWARD,
        held_out: str | None = None,
        visits_over: str | None = None,
    ) -> Self:
        """Hold back this share of profiles (percent), always the same ones."""
        config = {"share": share, "title": title, "max_visits": max_visits}
        return self._node("holdout", id, config, {"next": next, "held_out": held_out, VISITS_OVER: visits_over})

    def message(
        self,
        message: str,
        channel: str,
        *,
        id: str | None = None,
        title: str | None = None,
        max_visits: int | None = None,
        sent: Target = ONWARD,
        not_sent: Target = ONWARD,
        no_channel: str | None = None,
        visits_over: str | None = None,
    ) -> Self:
        """Send the message that `write` gives this name."""
        config = {"channel": channel, "message": message, "title": title, "max_visits": max_visits}
        outlets = {"sent": sent, "not_sent": not_sent, "no_channel": no_channel, VISITS_OVER: visits_over}
        return self._node("message", id, config, outlets, message)

    def update_profile(
        self,
        *,
        set: Json | None = None,
        remove: Sequence[str] | None = None,
        id: str | None = None,
        title: str | None = None,
        max_visits: int | None = None,
        next: Target = ONWARD,
        visits_over: str | None = None,
    ) -> Self:
        """Set these attributes and remove those."""
        config = {"set": set, "remove": remove, "title": title, "max_visits": max_visits}
        return self._node("update_profile", id, config, {"next": next, VISITS_OVER: visits_over})

    def waitlist(
        self,
        change: str,
        *,
        variant: str | None = None,
        source: Source | None = None,
        state: str | None = None,
        id: str | None = None,
        title: str | None = None,
        max_visits: int | None = None,
        next: Target = ONWARD,
        visits_over: str | None = None,
    ) -> Self:
        """Put the profile on a waitlist (`add`), or take it off (`remove`)."""
        config = {"change": change, "variant": variant, "source": source, "state": state}
        config |= {"title": title, "max_visits": max_visits}
        return self._node("waitlist", id, config, {"next": next, VISITS_OVER: visits_over})

    def start_journey(
        self,
        journey: str,
        *,
        properties: Json | None = None,
        id: str | None = None,
        title: str | None = None,
        max_visits: int | None = None,
        next: Target = ONWARD,
        visits_over: str | None = None,
    ) -> Self:
        """Start another journey for the profile, and go on with this one."""
        config = {"journey": journey, "properties": properties, "title": title, "max_visits": max_visits}
        return self._node("start_journey", id, config, {"next": next, VISITS_OVER: visits_over})

    def goal(
        self,
        goal: str,
        *,
        id: str | None = None,
        title: str | None = None,
        max_visits: int | None = None,
        next: Target = ONWARD,
        visits_over: str | None = None,
    ) -> Self:
        """Record that this goal is reached, and go on."""
        config = {"goal": goal, "title": title, "max_visits": max_visits}
        return self._node("goal", id, config, {"next": next, VISITS_OVER: visits_over})

    def exit(
        self,
        reason: str | None = None,
        *,
        id: str | None = None,
        title: str | None = None,
        max_visits: int | None = None,
        visits_over: str | None = None,
    ) -> Self:
        """End the enrollment with this reason (`completed` unless said otherwise)."""
        config = {"reason": reason, "title": title, "max_visits": max_visits}
        return self._node("exit", id, config, {VISITS_OVER: visits_over})

    def custom(
        self,
        type: str,
        settings: Json | None = None,
        *,
        id: str | None = None,
        title: str | None = None,
        max_visits: int | None = None,
        ways: Mapping[str, Target] | None = None,
    ) -> Self:
        """A node of a type that a plugin brings; `ways` are its ways out, unless it is `next` that leads onward."""
        config = {**(settings or {}), "title": title, "max_visits": max_visits}
        return self._node(type, id, config, {"next": ONWARD} if ways is None else ways)

    def edge(self, source: str, outlet: str, target: str) -> Self:
        """An edge that no call above can write, as a half-drawn journey may have."""
        self._edges.append({"source": source, "outlet": outlet, "target": target})
        return self._told(("graph", "edges", source, outlet))

    def write(self, message: str, content: Json) -> Self:
        """The content of a message: `web_push(…)`, `mobile_push(…)`, `email(…)`, …"""
        self._messages[message] = content
        return self._told(("messages", message), content)

    def settings(
        self,
        *,
        audience: Part | None = None,
        reentry: Part | None = None,
        goals: Sequence[Part] | None = None,
        exits: Sequence[Part] | None = None,
        **others: Any,
    ) -> Self:
        """What holds for the whole journey: `zone`, `starts_at`, `ends_at`, `at_end`, `resume`, `release` …"""
        given = {"audience": audience, "reentry": reentry, "goals": goals, "exits": exits, **others}
        self._settings |= {name: value for name, value in given.items() if value is not None}
        return self._told(("settings",), self._settings)

    def layout(self, places: Mapping[str, tuple[float, float]]) -> Self:
        """Where the canvas draws the nodes: `{"push": (240, 0)}`."""
        self._layout |= {node: {"x": x, "y": y} for node, (x, y) in places.items()}
        return self._told(("layout",))

    def note(
        self, text: str, at: tuple[float, float], *, id: str, author: str | None = None, written: str | None = None
    ) -> Self:
        """A sticky note on the canvas."""
        note = {"id": id, "x": at[0], "y": at[1], "text": text, "author": author, "at": written}
        self._notes.append({name: value for name, value in note.items() if value is not None})
        return self._told(("notes", id))

    @property
    def document(self) -> Json:
        """The journey as the JSON document that the canvas edits; it may be half written."""
        edges: list[Json] = []
        for index, (node, outlets) in enumerate(self._nodes):
            onward = self._nodes[index + 1][0]["id"] if index + 1 < len(self._nodes) else None
            for outlet, asked in outlets.items():
                target = onward if isinstance(asked, Onward) else asked
                if target is not None:
                    edges.append({"source": node["id"], "outlet": outlet, "target": target})
        document: Json = {
            "schema": 1,
            "name": self.name,
            "graph": {"nodes": [node for node, _ in self._nodes], "edges": [*edges, *self._edges]},
            "messages": self._messages,
        }
        optional: Json = {"settings": self._settings, "layout": self._layout, "notes": self._notes}
        return document | {name: value for name, value in optional.items() if value}

    def problems(self, catalogue: Catalogue = UNCHECKED) -> tuple[CodeProblem, ...]:
        """What the canvas would say about it, each with its line here."""
        places = Places(self.lines)
        return tuple(places.located(problem) for problem in document_problems(self.document, catalogue))

    def build(self, catalogue: Catalogue = UNCHECKED) -> JourneyDocument:
        """The finished document.

        Raises:
            InvalidJourney: something blocks it.
        """
        blocking = [problem for problem in self.problems(catalogue) if problem.is_blocking]
        if blocking:
            raise InvalidJourney(blocking, self.file)
        return JourneyDocument.model_validate(self.document)

    def stand_on(self, line: int) -> None:
        """The latest call stands on this line: for readers, who see the call in a text."""
        self.lines[self.latest] = line

    def _node(self, type_: str, id_: str | None, config: Json, outlets: Outlets, hint: str | None = None) -> Self:
        named = id_ if id_ is not None else self._free(hint or type_, type_)
        given = {name: value for name, value in config.items() if value is not None}
        self._nodes.append(({"id": named, "type": type_, **given}, outlets))
        return self._told(("nodes", named), given, depth=3)

    def _told(self, path: Path, inside: Any = None, *, depth: int = 2) -> Self:
        self.latest = path
        self.calls.add(path)
        self.lines[path] = caller(depth).f_lineno
        self._remember(path, inside)
        return self

    def _remember(self, path: Path, value: Any) -> None:
        if isinstance(value, Part):
            self.lines.setdefault(path, value.line)
        if isinstance(value, dict):
            for name, one in value.items():  # pyright: ignore[reportUnknownVariableType]  # any JSON may be inside
                self._remember((*path, str(name)), one)  # pyright: ignore[reportUnknownArgumentType]  # as above
        elif isinstance(value, list):
            for index, one in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # as above
                self._remember((*path, str(index)), one)

    def _free(self, wanted: str, otherwise: str) -> str:
        """An id that no node has yet, made from the message's name or the node's type."""
        base = wanted if re.match(NODE_ID, wanted) else otherwise
        taken = {node["id"] for node, _ in self._nodes}
        count = 1
        while (name := base if count == 1 else f"{base}_{count}") in taken:
            count += 1
        return name
