/** The line that an edge is drawn with: straight down, sideways where it turns, with round corners. */
import type { Course, Point } from "./layout";

const CORNER_RADIUS = 10;
/** How far apart the outlets of one node turn, so that their lines do not lie on each other. */
const TURN_SPREAD = 9;

/** Which outlet of how many an edge leaves by, counted from the left. */
export interface Departure {
  index: number;
  count: number;
}

/** The corners of an edge, from the outlet to the target. */
export function cornersOf(source: Point, target: Point, course: Course, departure: Departure): readonly Point[] {
  const stops = [...course.lanes, target.x];
  const corners: Point[] = [source];
  let x = source.x;
  for (const [index, turn] of course.turns.entries()) {
    const next = stops[index] ?? target.x;
    const y = turn + (index === 0 ? turnOffset(next - source.x, departure) : 0);
    corners.push({ x, y }, { x: next, y });
    x = next;
  }
  return [...corners, target];
}

/** Of outlets that all turn right, the rightmost turns first, so that none crosses its neighbour; to the left likewise. */
function turnOffset(sideways: number, { index, count }: Departure): number {
  const order = sideways > 0 ? count - 1 - index : index;
  return (order - (count - 1) / 2) * TURN_SPREAD;
}

/** An SVG path along the corners, each rounded as far as its shorter side allows. */
export function roundedPath(corners: readonly Point[]): string {
  const [start, ...rest] = corners;
  if (start === undefined) return "";
  const steps = rest.map((corner, index) => {
    const before = corners[index] ?? start;
    const after = rest[index + 1];
    return after === undefined ? `L ${at(corner)}` : roundedCorner(before, corner, after);
  });
  return [`M ${at(start)}`, ...steps].join(" ");
}

function roundedCorner(before: Point, corner: Point, after: Point): string {
  const radius = Math.min(CORNER_RADIUS, distance(before, corner) / 2, distance(corner, after) / 2);
  return `L ${at(towards(corner, before, radius))} Q ${at(corner)} ${at(towards(corner, after, radius))}`;
}

function towards(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to);
  if (whole === 0) return from;
  return { x: from.x + ((to.x - from.x) * length) / whole, y: from.y + ((to.y - from.y) * length) / whole };
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

function at({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}
