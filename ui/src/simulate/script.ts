/** What happens while somebody walks: as the author says it, and as the simulator reads it. */

export type Happening =
  | { kind: "event"; after: string; event: string }
  | { kind: "click"; after: string; node: string }
  | { kind: "stock"; after: string; stock: number };

export interface ScriptLine {
  after: string;
  node?: string;
  event?: { name: string; properties: Record<string, unknown> };
  stock?: Record<string, number>;
}

export function scriptOf(happenings: readonly Happening[], sku: string): ScriptLine[] {
  return happenings.map((happening) => {
    switch (happening.kind) {
      case "event":
        return { after: happening.after, event: { name: happening.event, properties: { sku } } };
      case "click":
        return { after: happening.after, node: happening.node, event: { name: "Link Clicked", properties: {} } };
      case "stock":
        return { after: happening.after, stock: { [sku]: happening.stock } };
    }
  });
}
