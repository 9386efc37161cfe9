/** A journey drawn: pan, zoom, choose a node by mouse or keyboard. Read-only; nodes stand where the layout puts them. */
import "@xyflow/react/dist/style.css";

import {
  Background,
  BackgroundVariant,
  MiniMap,
  type NodeChange,
  type NodeMouseHandler,
  ReactFlow,
  type ReactFlowInstance,
} from "@xyflow/react";
import { useMemo } from "react";

import type { JourneyCounts } from "../client/types";
import type { JourneyDocument } from "../document/journey";
import { t } from "../texts/texts";
import { CanvasControls } from "./CanvasControls";
import { CourseEdge } from "./CourseEdge";
import { type CardNode, cardNodes, type CourseEdge as Course, courseEdges, drawingOf, type Marks } from "./flow";
import styles from "./JourneyCanvas.module.css";
import { NodeCard } from "./NodeCard";
import { moving, openingView } from "./view";

const NODE_TYPES = { card: NodeCard };
const EDGE_TYPES = { course: CourseEdge };
const MIN_ZOOM = 0.1;
const MAX_ZOOM = 1.6;
/** Below this many nodes the whole journey is in view anyway. */
const MINIMAP_FROM = 12;

interface Props {
  document: JourneyDocument;
  /** Whether people walk this document, so that its cards have numbers. */
  hasCounts: boolean;
  counts: JourneyCounts | undefined;
  selected: string | null;
  /** The way that somebody went. */
  marks?: Marks;
  onSelect: (nodeId: string | null) => void;
}

export function JourneyCanvas({ document, hasCounts, counts, selected, marks, onSelect }: Props) {
  const drawing = useMemo(() => drawingOf(document, hasCounts), [document, hasCounts]);
  const nodes = useMemo(
    () => cardNodes(drawing, { counts, selection: new Set(selected === null ? [] : [selected]), marks }),
    [drawing, counts, selected, marks],
  );
  const edges = useMemo(() => courseEdges(drawing, counts).map((edge) => walked(edge, marks)), [drawing, counts, marks]);

  const open = (flow: ReactFlowInstance<CardNode, Course>) => void openingView(flow, drawing.layout, selected);
  const selectByMouse: NodeMouseHandler<CardNode> = (_, node) => onSelect(node.id);
  /** Enter chooses the focused node, Escape lets go of it. */
  const selectByKeyboard = (changes: NodeChange<CardNode>[]) => {
    const choices = changes.filter((change) => change.type === "select");
    const chosen = choices.find((choice) => choice.selected);
    if (chosen !== undefined) onSelect(chosen.id);
    else if (choices.some((choice) => choice.id === selected)) onSelect(null);
  };

  return (
    <ReactFlow<CardNode, Course>
      className={styles.canvas}
      aria-label={t("canvas.label", { journey: document.name })}
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      onInit={open}
      onMoveStart={() => moving(true)}
      onMoveEnd={() => moving(false)}
      onNodeClick={selectByMouse}
      onNodesChange={selectByKeyboard}
      onPaneClick={() => onSelect(null)}
      nodesDraggable={false}
      nodesConnectable={false}
      edgesFocusable={false}
      deleteKeyCode={null}
      selectionKeyCode={null}
      multiSelectionKeyCode={null}
      minZoom={MIN_ZOOM}
      maxZoom={MAX_ZOOM}
      panOnScroll
    >
      <Background variant={BackgroundVariant.Dots} gap={22} size={1.4} />
      <CanvasControls />
      {drawing.graph.nodes.length >= MINIMAP_FROM && (
        <MiniMap pannable zoomable ariaLabel={t("canvas.minimap")} position="bottom-right" nodeBorderRadius={24} />
      )}
    </ReactFlow>
  );
}

function walked(edge: Course, marks: Marks | undefined): Course {
  return edge.data === undefined || marks?.get(edge.id) !== "walked" ? edge : { ...edge, data: { ...edge.data, isWalked: true } };
}
