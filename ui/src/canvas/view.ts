/** What a journey shows first: all of it where it stays readable, else the node that is linked to, else its beginning. */
import type { Edge, Node, ReactFlowInstance } from "@xyflow/react";

import type { Box, JourneyLayout } from "./layout";

const READABLE_ZOOM = 0.68;
const COMFORTABLE_ZOOM = 0.85;
const MARGIN = 48;

export async function openingView<N extends Node, E extends Edge>(
  flow: ReactFlowInstance<N, E>,
  layout: JourneyLayout,
  linked: string | null,
): Promise<void> {
  await flow.fitView({ padding: 0.12, maxZoom: 1 });
  if (flow.getZoom() >= READABLE_ZOOM) return;
  const node = linked === null ? undefined : layout.boxes.get(linked);
  const first = topmost([...layout.boxes.values()]);
  if (node !== undefined) {
    const { x, y } = middleOf(node);
    await flow.setCenter(x, y, { zoom: COMFORTABLE_ZOOM });
  } else if (first !== undefined) {
    const pane = globalThis.document.querySelector(".react-flow")?.clientWidth ?? 0;
    await flow.setViewport({ x: pane / 2 - middleOf(first).x * COMFORTABLE_ZOOM, y: MARGIN, zoom: COMFORTABLE_ZOOM });
  }
}

function topmost(boxes: readonly Box[]): Box | undefined {
  return boxes.toSorted((one, other) => one.y - other.y)[0];
}

function middleOf({ x, y, width, height }: Box): { x: number; y: number } {
  return { x: x + width / 2, y: y + height / 2 };
}
