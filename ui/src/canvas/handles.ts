/** Where the edges of a card begin and end: reckoned, so that no card must be measured to draw them. */
import { type NodeHandle, Position } from "@xyflow/react";

import type { CardNode } from "./flow";

/** As wide as the handles of `JourneyCanvas.module.css`, where a card is only looked at, and where it is edited. */
const SHOWN = 7;
const GRIPPED = 11;
const BORDER = 1;

export function handlesOf({ width = 0, height = 0, data }: Pick<CardNode, "width" | "height" | "data">): NodeHandle[] {
  const size = data.hasCounts ? SHOWN : GRIPPED;
  const inside = width - 2 * BORDER;
  const { outlets, tint } = data.look;
  const outgoing = outlets.map(({ id }, index) => ({
    id,
    type: "source" as const,
    position: Position.Bottom,
    x: BORDER + ((index + 0.5) / outlets.length) * inside - size / 2,
    y: height - BORDER - size / 2,
    width: size,
    height: size,
  }));
  if (tint === "entry") return outgoing;
  const incoming = { type: "target" as const, position: Position.Top, x: width / 2 - size / 2, y: BORDER - size / 2, width: size, height: size };
  return [incoming, ...outgoing];
}
