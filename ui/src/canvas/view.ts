/** What a journey shows first: all of it where it stays readable, else its beginning. */
import type { Edge, Node, ReactFlowInstance } from "@xyflow/react";

import type { JourneyLayout } from "./layout";

const READABLE_ZOOM = 0.68;
const COMFORTABLE_ZOOM = 0.85;
const MARGIN = 48;

/** Shows the whole journey, or its entry at the top in a readable size when the whole would be too small to read. */
export async function openingView<N extends Node, E extends Edge>(
  flow: ReactFlowInstance<N, E>,
  layout: JourneyLayout,
): Promise<void> {
  await flow.fitView({ padding: 0.12, maxZoom: 1 });
  if (flow.getZoom() >= READABLE_ZOOM) return;
  const boxes = [...layout.boxes.values()];
  const first = boxes.toSorted((one, other) => one.y - other.y)[0];
  const pane = globalThis.document.querySelector(".react-flow")?.getBoundingClientRect();
  if (first === undefined || pane === undefined) return;
  const middle = first.x + first.width / 2;
  await flow.setViewport({ x: pane.width / 2 - middle * COMFORTABLE_ZOOM, y: MARGIN, zoom: COMFORTABLE_ZOOM });
}
