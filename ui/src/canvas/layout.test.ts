import { describe, expect, it } from "vitest";

import type { Graph, JourneyEdge } from "../document/journey";
import { edgeId, layoutJourney, NODE_WIDTH, type OutletOrder } from "./layout";

/** A graph of exits and edges written "source:outlet>target"; only ids matter to the layout. */
function graphOf(...arrows: string[]): Graph {
  const edges = arrows.map((arrow): JourneyEdge => {
    const [, source = "", outlet = "", target = ""] = /^(\w+):(\w+)>(\w+)$/.exec(arrow) ?? [];
    return { source, outlet, target };
  });
  const ids = new Set(edges.flatMap(({ source, target }) => [source, target]));
  return { nodes: [...ids].map((id) => ({ id, type: "exit" as const })), edges };
}

const ORDER: OutletOrder = new Map([
  ["push", ["sent", "not_sent", "no_channel"]],
  ["branch", ["gold", "silver", "otherwise"]],
]);

function left(graph: Graph, id: string, order = ORDER): number {
  return layoutJourney(graph, order).boxes.get(id)?.x ?? Number.NaN;
}

describe("layoutJourney", () => {
  it("keeps the targets in the order of the outlets, however the edges were stored", () => {
    const stored = [
      graphOf("branch:gold>a", "branch:silver>b", "branch:otherwise>c"),
      graphOf("branch:otherwise>c", "branch:gold>a", "branch:silver>b"),
      graphOf("branch:silver>b", "branch:otherwise>c", "branch:gold>a"),
    ];
    for (const graph of stored) {
      expect(left(graph, "a")).toBeLessThan(left(graph, "b"));
      expect(left(graph, "b")).toBeLessThan(left(graph, "c"));
    }
  });

  it("does not swap sides where swapping would save a crossing", () => {
    const graph = graphOf("branch:gold>a", "branch:silver>b", "branch:otherwise>c", "a:next>right", "c:next>left", "b:next>left");
    expect(left(graph, "a")).toBeLessThan(left(graph, "c"));
  });

  it("puts every target below its source", () => {
    const graph = graphOf("push:sent>done", "push:not_sent>mail", "mail:next>done");
    const { boxes } = layoutJourney(graph, ORDER);
    for (const { source, target } of graph.edges) {
      const from = boxes.get(source);
      expect(boxes.get(target)?.y).toBeGreaterThan((from?.y ?? 0) + (from?.height ?? 0));
    }
  });

  it("never lays two nodes over each other", () => {
    const graph = graphOf("branch:gold>a", "branch:silver>b", "branch:otherwise>c", "a:next>d", "b:next>d", "c:next>e", "d:next>e");
    const boxes = [...layoutJourney(graph, ORDER).boxes.values()];
    for (const [index, one] of boxes.entries()) {
      for (const other of boxes.slice(index + 1)) {
        const isApart = Math.abs(one.x - other.x) >= NODE_WIDTH || Math.abs(one.y - other.y) >= Math.min(one.height, other.height);
        expect(isApart).toBe(true);
      }
    }
  });

  it("gives an edge one turn a gap and one lane a rank that it passes by", () => {
    const graph = graphOf("push:sent>done", "push:not_sent>mail", "mail:next>done");
    const { courses } = layoutJourney(graph, ORDER);
    expect(courses.get(edgeId({ source: "push", outlet: "not_sent", target: "mail" }))).toMatchObject({ lanes: [] });
    const long = courses.get(edgeId({ source: "push", outlet: "sent", target: "done" }));
    expect(long?.turns).toHaveLength(2);
    expect(long?.lanes).toHaveLength(1);
  });

  it("draws two outlets to one node as two edges", () => {
    const graph = graphOf("push:sent>done", "push:not_sent>done");
    expect(layoutJourney(graph, ORDER).courses.size).toBe(2);
  });

  it("leaves out an edge to a node that is not there", () => {
    const graph: Graph = { nodes: [{ id: "a", type: "exit" }], edges: [{ source: "a", outlet: "next", target: "gone" }] };
    const layout = layoutJourney(graph, ORDER);
    expect(layout.boxes.size).toBe(1);
    expect(layout.courses.size).toBe(0);
  });
});

describe("places chosen by hand", () => {
  const graph = graphOf("push:sent>done", "push:not_sent>mail", "mail:next>done");

  it("are kept, and the others stay where the layout puts them", () => {
    const automatic = layoutJourney(graph, ORDER).boxes;
    const { boxes } = layoutJourney(graph, ORDER, true, { mail: { x: 700, y: 40 } });
    expect(boxes.get("mail")).toMatchObject({ x: 700, y: 40 });
    expect(boxes.get("done")).toEqual(automatic.get("done"));
  });

  it("send an edge that leads back up around the side", () => {
    const { courses, boxes } = layoutJourney(graph, ORDER, true, { done: { x: 0, y: -400 } });
    const course = courses.get(edgeId({ source: "push", outlet: "sent", target: "done" }));
    const push = boxes.get("push");
    expect(course?.lanes[0]).toBeGreaterThan((push?.x ?? 0) + NODE_WIDTH);
  });

  it("do not move the first step, which stays at the origin while the journey grows", () => {
    const grown = graphOf("push:sent>done", "push:not_sent>mail", "mail:next>done", "push:no_channel>text", "text:next>done");
    expect(layoutJourney(grown, ORDER).boxes.get("push")).toMatchObject({ x: -NODE_WIDTH / 2, y: 0 });
    expect(layoutJourney(graph, ORDER).boxes.get("push")).toMatchObject({ x: -NODE_WIDTH / 2, y: 0 });
  });
});
