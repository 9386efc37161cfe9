/** A journey drawn: pan, zoom, choose a node by mouse or keyboard. Read-only; nodes stand where the layout puts them. */
import "@xyflow/react/dist/style.css";

import { type NodeChange, type NodeMouseHandler, ReactFlow, type ReactFlowInstance, ReactFlowProvider } from "@xyflow/react";
import { useMemo } from "react";

import type { JourneyCounts } from "../client/types";
import type { JourneyDocument } from "../document/journey";
import { t } from "../texts/texts";
import { CanvasControls } from "./CanvasControls";
import { CourseEdge } from "./CourseEdge";
import { Dots } from "./Dots";
import { type CardNode, cardNodes, type CourseEdge as Course, courseEdges, drawingOf, type Marks } from "./flow";
import styles from "./JourneyCanvas.module.css";
import { Minimap } from "./Minimap";
import { NodeCard } from "./NodeCard";
import { Overview } from "./Overview";
import { MAX_ZOOM, MIN_ZOOM, MINIMAP_FROM, moving, openingView, useDistance } from "./view";

const NODE_TYPES = { card: NodeCard };
const EDGE_TYPES = { course: CourseEdge };
const NO_EDGES: Course[] = [];

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

export function JourneyCanvas(props: Props) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas({ document, hasCounts, counts, selected, marks, onSelect }: Props) {
  const drawing = useMemo(() => drawingOf(document, hasCounts), [document, hasCounts]);
  const { isFar, isTiny, isLarge } = useDistance(drawing.graph.nodes.length);
  const nodes = useMemo(
    () => cardNodes(drawing, { counts, selection: new Set(selected === null ? [] : [selected]), marks, isFar }),
    [drawing, counts, selected, marks, isFar],
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
      data-far={isFar || undefined}
      data-large={isLarge || undefined}
      aria-label={t("canvas.label", { journey: document.name })}
      nodes={nodes}
      edges={isFar ? NO_EDGES : edges}
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
      onlyRenderVisibleElements={isLarge && !isFar}
      panOnScroll
    >
      {isFar ? <Overview isTiny={isTiny} nodes={nodes} edges={edges} /> : <Dots />}
      <CanvasControls />
      {drawing.graph.nodes.length >= MINIMAP_FROM && <Minimap nodes={nodes} />}
    </ReactFlow>
  );
}

function walked(edge: Course, marks: Marks | undefined): Course {
  return edge.data === undefined || marks?.get(edge.id) !== "walked" ? edge : { ...edge, data: { ...edge.data, isWalked: true } };
}
