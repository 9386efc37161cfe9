/** A small journey to edit in tests. */
import { documentFrom, type JourneyDocument } from "../document/journey";

/** entry → push → (sent) done, (not_sent) mail → done */
export function smallJourney(): JourneyDocument {
  return documentFrom({
    schema: 1,
    name: "Back in stock",
    graph: {
      nodes: [
        { id: "entry", type: "entry", trigger: { kind: "event", event: "Back in Stock" } },
        { id: "push", type: "message", channel: "web_push", message: "restock" },
        { id: "mail", type: "message", channel: "email", message: "letter" },
        { id: "done", type: "exit", reason: "completed" },
      ],
      edges: [
        { source: "entry", outlet: "next", target: "push" },
        { source: "push", outlet: "sent", target: "done" },
        { source: "push", outlet: "not_sent", target: "mail" },
        { source: "mail", outlet: "sent", target: "done" },
        { source: "mail", outlet: "not_sent", target: "done" },
      ],
    },
    messages: { restock: { channel: "web_push", title: "Back" }, letter: { channel: "email", subject: "Back" } },
  });
}

/** The edges as "source:outlet>target", in order. */
export function arrows({ graph }: JourneyDocument): readonly string[] {
  return graph.edges.map(({ source, outlet, target }) => `${source}:${outlet}>${target}`).toSorted();
}
