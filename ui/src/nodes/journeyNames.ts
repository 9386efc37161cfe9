/**
 * What the other journeys are called: a step that starts one keeps its id, and nobody knows a journey by that.
 *
 * Like the types of plugins they are told before a canvas is drawn that needs them, since a card's words are asked everywhere.
 */
let names: ReadonlyMap<string, string> = new Map();

export function tellJourneys(journeys: readonly { id: string; name: string }[]): void {
  names = new Map(journeys.map(({ id, name }) => [id, name]));
}

export function journeyName(id: string): string | undefined {
  return names.get(id);
}

/** Whether this document, whatever it holds, starts a journey of which no name was told. */
export function hasUnnamedStart({ graph }: Readonly<Record<string, unknown>>): boolean {
  const nodes: unknown = (graph as { nodes?: unknown } | null | undefined)?.nodes;
  return Array.isArray(nodes) && nodes.some((node: { journey?: unknown } | null) => isUnnamed(node?.journey));
}

function isUnnamed(id: unknown): boolean {
  return typeof id === "string" && id !== "" && !names.has(id);
}
