/** What happens while somebody walks: as the author says it, and as the simulator reads it. */

export type Happening =
  | { kind: "click"; after: string; node: string }
  | { kind: "buy"; after: string }
  | { kind: "stock"; after: string; stock: number }
  | { kind: "event"; after: string; event: string };

export interface ScriptLine {
  after: string;
  node?: string;
  event?: { name: string; properties: Record<string, unknown> };
  stock?: Record<string, number>;
}

/** The happenings about this item; without one no stock changes. */
export function scriptOf(happenings: readonly Happening[], sku: string | null): ScriptLine[] {
  const item = sku === null ? {} : { sku };
  return happenings.flatMap((happening): ScriptLine[] => {
    const { after } = happening;
    switch (happening.kind) {
      case "event":
        return [{ after, event: { name: happening.event, properties: item } }];
      case "buy":
        return [{ after, event: { name: "Order Completed", properties: { order_id: "simulated", ...item, products: sku === null ? [] : [{ ...item, quantity: 1 }] } } }];
      case "click":
        return [{ after, node: happening.node, event: { name: "Link Clicked", properties: {} } }];
      case "stock":
        return sku === null ? [] : [{ after, stock: { [sku]: happening.stock } }];
    }
  });
}
