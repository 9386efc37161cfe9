/** Walking over the canvas with the arrow keys: which node is the next one in a direction. */
import type { Box } from "../canvas/layout";

export const DIRECTIONS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] } as const;
export type Arrow = keyof typeof DIRECTIONS;

/** How much distance aside counts against distance ahead: up and down go from rank to rank, sideways stays in a rank. */
const ASIDE = { upright: 0.5, level: 2.2 } as const;

/** The id of the nearest box ahead, or null at the edge of the journey. */
export function neighbour(boxes: ReadonlyMap<string, Box>, from: string, arrow: Arrow): string | null {
  const here = boxes.get(from);
  if (here === undefined) return null;
  const [dx, dy] = DIRECTIONS[arrow];
  let nearest: { id: string; distance: number } | null = null;
  for (const [id, box] of boxes) {
    const x = middle(box).x - middle(here).x;
    const y = middle(box).y - middle(here).y;
    const ahead = x * dx + y * dy;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    const distance = ahead + aside * (dx === 0 ? ASIDE.upright : ASIDE.level);
    if (id !== from && ahead > 1 && (nearest === null || distance < nearest.distance)) nearest = { id, distance };
  }
  return nearest?.id ?? null;
}

/** Ids in reading order: from the top, and from left to right. */
export function readingOrder(boxes: ReadonlyMap<string, Box>): readonly string[] {
  return [...boxes].toSorted(([, one], [, other]) => one.y - other.y || one.x - other.x).map(([id]) => id);
}

function middle({ x, y, width, height }: Box): { x: number; y: number } {
  return { x: x + width / 2, y: y + height / 2 };
}
