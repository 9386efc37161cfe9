/** Which edge a point on the canvas is close to: where a dragged step would be put in. */
import type { Outlet } from "../edits/graph";
import type { Drawing } from "./flow";
import { edgeId, type Point } from "./layout";
import { cornersOf } from "./route";

const REACH = 34;

export interface NearEdge {
  id: string;
  outlet: Outlet;
}

export function nearestEdge(drawing: Drawing, point: Point): NearEdge | null {
  let nearest: (NearEdge & { distance: number }) | null = null;
  for (const edge of drawing.graph.edges) {
    const corners = cornersOnCanvas(drawing, edge.source, edge.outlet, edge.target);
    for (const [index, corner] of corners.entries()) {
      const next = corners[index + 1];
      const distance = next === undefined ? Infinity : distanceTo(point, corner, next);
      if (distance <= REACH && (nearest === null || distance < nearest.distance)) {
        nearest = { id: edgeId(edge), outlet: { source: edge.source, outlet: edge.outlet }, distance };
      }
    }
  }
  return nearest;
}

export function cornersOnCanvas(drawing: Drawing, source: string, outlet: string, target: string): readonly Point[] {
  const { boxes, courses } = drawing.layout;
  const [from, to] = [boxes.get(source), boxes.get(target)];
  const course = courses.get(edgeId({ source, outlet, target }));
  const outlets = drawing.looks.get(source)?.outlets ?? [];
  const index = outlets.findIndex(({ id }) => id === outlet);
  if (from === undefined || to === undefined || course === undefined) return [];
  const start = { x: from.x + ((index + 0.5) / outlets.length) * from.width, y: from.y + from.height };
  return cornersOf(start, { x: to.x + to.width / 2, y: to.y }, course, { index, count: outlets.length });
}

/** From a point to the stretch between two others. */
function distanceTo(point: Point, from: Point, to: Point): number {
  const length = (to.x - from.x) ** 2 + (to.y - from.y) ** 2;
  const along = length === 0 ? 0 : ((point.x - from.x) * (to.x - from.x) + (point.y - from.y) * (to.y - from.y)) / length;
  const at = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - from.x - at * (to.x - from.x), point.y - from.y - at * (to.y - from.y));
}
