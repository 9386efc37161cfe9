/** A journey in small: boxes and lines without words. */
import { documentFrom } from "../document/journey";
import { drawingOf } from "./flow";
import { cornersOnCanvas } from "./nearest";
import { roundedPath } from "./route";

const MARGIN = 24;

export function thumbnailOf(stored: Readonly<Record<string, unknown>>) {
  const drawing = drawingOf(documentFrom(stored), false);
  const boxes = [...drawing.layout.boxes];
  const right = Math.max(...boxes.map(([, box]) => box.x + box.width));
  const bottom = Math.max(...boxes.map(([, box]) => box.y + box.height));
  const left = Math.min(...boxes.map(([, box]) => box.x));
  const top = Math.min(...boxes.map(([, box]) => box.y));
  return {
    bars: boxes.map(([id, { x, y, width, height }]) => ({ id, x, y, width, height, tint: drawing.looks.get(id)?.tint ?? "end" })),
    paths: drawing.graph.edges.map(({ source, outlet, target }) => roundedPath(cornersOnCanvas(drawing, source, outlet, target))),
    viewBox: `${left - MARGIN} ${top - MARGIN} ${right - left + 2 * MARGIN} ${bottom - top + 2 * MARGIN}`,
  };
}
