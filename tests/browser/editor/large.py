"""A journey as large as journeys get, and how fluently a browser moves over it."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

from engine.store.tables import Journey
from tests.api.world import NOON, World

STEPS = 200
_BLOCK = 5


def large_document(steps: int = STEPS) -> dict[str, Any]:
    """So many steps: blocks of a delay, a split and three messages, one after another, between an entry and an exit."""
    nodes: list[dict[str, Any]] = [
        {"id": "entry", "type": "entry", "trigger": {"kind": "event", "event": "Back in Stock"}}
    ]
    edges: list[dict[str, str]] = []
    messages: dict[str, Any] = {}
    open_ends: list[tuple[str, str]] = [("entry", "next")]
    while len(nodes) <= steps - 1 - _BLOCK:
        n = len(nodes)
        names = ["a", "b", "c"]
        nodes.append({"id": f"rest_{n}", "type": "delay", "duration": "PT1H"})
        nodes.append(
            {
                "id": f"split_{n}",
                "type": "split",
                "shares": [{"id": w, "share": s} for w, s in zip(names, [34, 33, 33], strict=True)],
            }
        )
        edges += [{"source": source, "outlet": outlet, "target": f"rest_{n}"} for source, outlet in open_ends]
        edges.append({"source": f"rest_{n}", "outlet": "next", "target": f"split_{n}"})
        open_ends = []
        for way in names:
            key = f"text_{n}_{way}"
            nodes.append({"id": key, "type": "message", "channel": "sms", "message": key})
            messages[key] = {"channel": "sms", "text": f"Message {n}{way}: {{{{ product.name }}}} is back"}
            edges.append({"source": f"split_{n}", "outlet": way, "target": key})
            open_ends += [(key, "sent"), (key, "not_sent")]
    while len(nodes) < steps - 1:
        n = len(nodes)
        nodes.append({"id": f"rest_{n}", "type": "delay", "duration": "P1D"})
        edges += [{"source": source, "outlet": outlet, "target": f"rest_{n}"} for source, outlet in open_ends]
        open_ends = [(f"rest_{n}", "next")]
    nodes.append({"id": "done", "type": "exit", "reason": "completed"})
    edges += [{"source": source, "outlet": outlet, "target": "done"} for source, outlet in open_ends]
    graph = {"nodes": nodes, "edges": edges}
    return {"schema": 1, "name": "Large", "graph": graph, "messages": messages, "settings": {}, "layout": {}}


async def draft_large_journey(world: World) -> None:
    """The large journey as a draft, `jny_large`."""
    await world.add(
        Journey(id="jny_large", name="Large", status="draft", draft=large_document(), created_at=NOON, updated_at=NOON)
    )


_PAN = """async () => {
  const steps = document.querySelector('.react-flow__nodes');
  const known = new Set(steps.children);
  const redrawn = [];
  const note = (records) => {
    for (const {target} of records) {
      const step = (target.closest ? target : target.parentElement)?.closest('.react-flow__node');
      if (known.has(step)) redrawn.push(step.dataset.id);
    }
  };
  const watch = new MutationObserver(note);
  watch.observe(steps, {subtree: true, childList: true, attributes: true, characterData: true});
  const pane = document.querySelector('.react-flow__pane');
  const {left, top, width, height} = pane.getBoundingClientRect();
  const at = {clientX: left + width / 2, clientY: top + height / 2};
  const frames = [];
  await new Promise((done) => {
    const move = (now) => {
      frames.push(now);
      const passed = now - frames[0];
      if (passed >= 2000) return done();
      const [right, down] = [passed % 1000 < 500, passed < 1000];
      const by = {deltaX: right ? 8 : -5, deltaY: down ? 24 : -17};
      pane.dispatchEvent(new WheelEvent('wheel', {bubbles: true, cancelable: true, view: window, ...at, ...by}));
      requestAnimationFrame(move);
    };
    requestAnimationFrame(move);
  });
  note(watch.takeRecords());
  watch.disconnect();
  return {frames, redrawn};
}"""
"""Turns a wheel over the middle of the canvas in each frame, for two seconds: down and most of the way up again. Noted
are when frames are drawn, and which of the steps that were there at first is written to."""


@dataclass(frozen=True)
class Pan:
    """What a browser did while the canvas was moved."""

    frames: tuple[float, ...]
    redrawn: tuple[str, ...]

    @property
    def rate(self) -> float:
        """Frames a second."""
        return 1000 * (len(self.frames) - 1) / (self.frames[-1] - self.frames[0])


async def pan(page: Page) -> Pan:
    """Move the canvas about for two seconds, and watch the frames."""
    viewport = page.locator(".react-flow__viewport")
    before = await viewport.get_attribute("style")
    seen: dict[str, list[Any]] = await page.evaluate(_PAN)
    assert await viewport.get_attribute("style") != before, "the canvas did not move"
    return Pan(tuple(seen["frames"]), tuple(seen["redrawn"]))
