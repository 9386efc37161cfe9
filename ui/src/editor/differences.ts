/** What differs between two states of one draft, for the conflict dialog: which steps, messages and settings, not how. */
import type { JourneyDocument } from "../document/journey";

export interface PlainDifference {
  part: "node" | "edge" | "message" | "setting" | "name" | "layout";
  how: "added" | "removed" | "changed";
  what: string;
}

export function differences(before: JourneyDocument, after: JourneyDocument): readonly PlainDifference[] {
  return [
    ...compared("node", nodesOf(before), nodesOf(after)),
    ...compared("edge", edgesOf(before), edgesOf(after)),
    ...compared("message", before.messages, after.messages),
    ...compared("setting", before.settings, after.settings),
  ];
}

function nodesOf({ graph }: JourneyDocument): Named {
  return Object.fromEntries(graph.nodes.map((node) => [node.id, node]));
}

function edgesOf({ graph }: JourneyDocument): Named {
  return Object.fromEntries(graph.edges.map(({ source, outlet, target }) => [`${source}.${outlet}`, target]));
}

type Named = Readonly<Record<string, unknown>>;

function compared(part: PlainDifference["part"], before: Named, after: Named): readonly PlainDifference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((what) => {
    if (!(what in before)) return { part, how: "added" as const, what };
    if (!(what in after)) return { part, how: "removed" as const, what };
    return JSON.stringify(before[what]) === JSON.stringify(after[what]) ? [] : { part, how: "changed" as const, what };
  });
}
