/**
 * The journey from so far away that no word could be read: each step a box in its colour with its icon, all edges one line.
 * It is one drawing, which the browser pushes about without painting it anew; what is chosen and dragged are the steps
 * that lie below it, empty.
 */
import { ViewportPortal } from "@xyflow/react";
import { memo } from "react";

import type { CardNode, CourseEdge, NoteNode } from "./flow";
import { handlesOf } from "./handles";
import styles from "./Overview.module.css";
import { cornersOf, roundedPath } from "./route";

const ICON = 34;
const CORNER = 14;

interface Props {
  /** Too far away even for icons. */
  isTiny: boolean;
  nodes: readonly (CardNode | NoteNode)[];
  edges: readonly CourseEdge[];
}

export const Overview = memo(function Overview({ isTiny, nodes, edges }: Props) {
  const cards = nodes.filter((node) => node.type === "card");
  const byId = new Map(cards.map((card) => [card.id, card]));
  const [walked, other] = [edges.filter(isLit), edges.filter((edge) => !isLit(edge))];
  return (
    <ViewportPortal>
      <svg className={styles.overview} data-tiny={isTiny || undefined} aria-hidden="true">
        <path d={linesOf(other, byId)} />
        <path d={linesOf(walked, byId)} data-lit />
        {cards.map(({ id, position: { x, y }, width = 0, height = 0, selected, data: { look, problem, mark } }) => (
          <g key={id} data-tint={look.tint} data-selected={selected || undefined} data-problem={problem?.isBlocking || undefined} data-mark={mark}>
            <rect x={x} y={y} width={width} height={height} rx={CORNER} />
            {!isTiny && <look.icon x={x + (width - ICON) / 2} y={y + (height - ICON) / 2} width={ICON} height={ICON} strokeWidth={1.9} />}
          </g>
        ))}
      </svg>
    </ViewportPortal>
  );
});

function isLit({ selected, data }: CourseEdge): boolean {
  return selected === true || data?.isWalked === true || data?.isTarget === true;
}

/** All lines as one path. */
function linesOf(edges: readonly CourseEdge[], cards: ReadonlyMap<string, CardNode>): string {
  return edges.map((edge) => lineOf(edge, cards)).join(" ");
}

function lineOf({ source, sourceHandle, target, data }: CourseEdge, cards: ReadonlyMap<string, CardNode>): string {
  const [from, to] = [cards.get(source), cards.get(target)];
  const start = from && handlesOf(from).find(({ type, id }) => type === "source" && id === sourceHandle);
  if (from === undefined || to === undefined || start === undefined || data === undefined) return "";
  return roundedPath(
    cornersOf(
      { x: from.position.x + start.x + (start.width ?? 0) / 2, y: from.position.y + (from.height ?? 0) },
      { x: to.position.x + (to.width ?? 0) / 2, y: to.position.y },
      data.course,
      data.departure,
    ),
  );
}
