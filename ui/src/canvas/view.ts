/** What a journey shows first: all of it where it stays readable, else the node that is linked to, else its beginning. */
import { type Edge, type Node, type ReactFlowInstance, useStore } from "@xyflow/react";

import type { Box, JourneyLayout } from "./layout";

const READABLE_ZOOM = 0.68;
const COMFORTABLE_ZOOM = 0.85;
const MARGIN = 48;
const WHOLE = 0.12;
/** So far that 200 steps one below the other are in view. */
export const MIN_ZOOM = 0.03;
export const MAX_ZOOM = 1.6;
/** Below this many nodes the whole journey is in view anyway. */
export const MINIMAP_FROM = 12;
/** What the palette is found by: it is narrow on a narrow screen. */
export const PALETTE = { "data-palette": true } as const;
const BESIDE = 20;
const NEAR = { top: 40, right: 40, bottom: 90 };

/** How far the palette reaches into the canvas, with a little room beside it. */
function paletteRoom(): number {
  const palette = globalThis.document.querySelector<HTMLElement>("[data-palette]");
  return palette === null ? MARGIN : palette.offsetLeft + palette.offsetWidth + BESIDE;
}

/** The room that the whole journey is shown in: beside the palette, above the tool bar. */
export function editingRoom(): { left: `${number}px`; top: `${number}px`; right: `${number}px`; bottom: `${number}px` } {
  return { left: `${paletteRoom()}px`, top: "32px", right: "40px", bottom: "64px" };
}

export async function openingView<N extends Node, E extends Edge>(
  flow: ReactFlowInstance<N, E>,
  layout: JourneyLayout,
  linked: string | null,
  isEdited = false,
): Promise<void> {
  await flow.fitView({ padding: isEdited ? editingRoom() : WHOLE, maxZoom: 1 });
  if (flow.getZoom() >= READABLE_ZOOM) return;
  const node = linked === null ? undefined : layout.boxes.get(linked);
  const first = topmost([...layout.boxes.values()]);
  if (node !== undefined) {
    const { x, y } = middleOf(node);
    await flow.setCenter(x, y, { zoom: COMFORTABLE_ZOOM });
  } else if (first !== undefined) {
    const pane = globalThis.document.querySelector(".react-flow")?.clientWidth ?? 0;
    const room = isEdited ? { from: paletteRoom(), to: pane - NEAR.right } : { from: MARGIN, to: pane - MARGIN };
    await flow.setViewport(fromTheTop([...layout.boxes.values()], first, room));
  }
}

/** As wide as fits where words can be read; of what does not fit, the right side is cut off, but never the first step. */
function fromTheTop(boxes: readonly Box[], first: Box, { from, to }: { from: number; to: number }) {
  const left = Math.min(...boxes.map((box) => box.x));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const zoom = Math.min(COMFORTABLE_ZOOM, Math.max(READABLE_ZOOM, (to - from) / (right - left)));
  const isRoomy = (right - left) * zoom <= to - from;
  const middle = (from + to) / 2 - ((left + right) / 2) * zoom;
  return { x: isRoomy ? middle : Math.min(from - left * zoom, to - (first.x + first.width) * zoom), y: MARGIN, zoom };
}

/** Where an empty canvas looks: its first step will stand in the middle, near the top. */
export function beginning(): { x: number; y: number; zoom: number } {
  const width = globalThis.document.querySelector(".react-flow")?.clientWidth ?? 0;
  return { x: (width + paletteRoom() - NEAR.right) / 2, y: MARGIN * 2, zoom: 1 };
}

function topmost(boxes: readonly Box[]): Box | undefined {
  return boxes.toSorted((one, other) => one.y - other.y)[0];
}

function middleOf({ x, y, width, height }: Box): { x: number; y: number } {
  return { x: x + width / 2, y: y + height / 2 };
}

const GLIDE = { duration: 220 };

/** Bring a box into view where it is not, at the zoom that is set; a box in view leaves the view alone. */
export function reveal<N extends Node, E extends Edge>(flow: ReactFlowInstance<N, E>, box: Box): void {
  const pane = globalThis.document.querySelector(".react-flow");
  if (pane === null) return;
  const { x, y, zoom } = flow.getViewport();
  const [left, top] = [box.x * zoom + x, box.y * zoom + y];
  const dx = shift(left, box.width * zoom, paletteRoom(), pane.clientWidth - NEAR.right);
  const dy = shift(top, box.height * zoom, NEAR.top, pane.clientHeight - NEAR.bottom);
  if (dx !== 0 || dy !== 0) void flow.setViewport({ x: x + dx, y: y + dy, zoom }, GLIDE);
}

/** How far a stretch must move to lie between two bounds. */
function shift(start: number, length: number, from: number, to: number): number {
  if (start < from) return from - start;
  return start + length > to ? to - start - length : 0;
}

/** Below this zoom no word can be read, and boxes are drawn in place of cards. */
const FAR = 0.35;
/** Below this zoom an icon is a speck. */
const TINY = 0.14;
/** A large journey has more steps than this. */
const MANY = 60;

/** From afar all of a journey is one plain drawing; of a large one that is near, only what is in view is drawn. */
export function useDistance(steps: number): { isFar: boolean; isTiny: boolean; isLarge: boolean } {
  const isFar = useStore(({ transform }) => transform[2] < FAR);
  const isTiny = useStore(({ transform }) => transform[2] < TINY);
  return { isFar, isTiny, isLarge: steps > MANY };
}

/**
 * While the canvas moves, its drawing and its dots are layers of their own that are pushed about, not painted anew for
 * each frame; at rest they are painted at the zoom that is set, so that words are sharp.
 */
export function moving(isMoving: boolean): void {
  for (const layer of globalThis.document.querySelectorAll<HTMLElement>(".react-flow__viewport, [data-pushed]")) {
    layer.style.willChange = isMoving ? "transform" : "";
  }
}
