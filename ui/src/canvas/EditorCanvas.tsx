/** The canvas as its author works on it: drag, connect, insert, choose many, drop steps from the palette. */
import "@xyflow/react/dist/style.css";

import { ReactFlow, SelectionMode, useReactFlow } from "@xyflow/react";
import { memo, type ReactNode, useEffect, useMemo, useRef } from "react";

import { useDocument, useEditor } from "../editor/store";
import { isConnectable } from "../edits/graph";
import { t } from "../texts/texts";
import { CourseEdge } from "./CourseEdge";
import { Dots } from "./Dots";
import {
  type CardNode,
  cardNodes,
  type CourseEdge as Course,
  courseEdges,
  drawingOf,
  type Marks,
  type NoteNode,
  noteNodes,
  type Problems,
} from "./flow";
import styles from "./JourneyCanvas.module.css";
import { Minimap } from "./Minimap";
import { NodeCard } from "./NodeCard";
import { NoteCard } from "./NoteCard";
import { Overview } from "./Overview";
import { useCanvasChanges } from "./useCanvasChanges";
import { useCanvasEdits } from "./useCanvasEdits";
import { MAX_ZOOM, MIN_ZOOM, MINIMAP_FROM, moving, reveal, useDistance } from "./view";

const NODE_TYPES = { card: NodeCard, note: NoteCard };
const EDGE_TYPES = { course: CourseEdge };
const NO_EDGES: Course[] = [];
const ADDING_KEYS = ["Meta", "Control", "Shift"];
const startMoving = () => moving(true);
const stopMoving = () => moving(false);

interface Props {
  problems: Problems;
  marks?: Marks | undefined;
  children?: ReactNode;
}

export const EditorCanvas = memo(function EditorCanvas({ problems, marks, children }: Props) {
  const flow = useReactFlow<CardNode | NoteNode, Course>();
  const document = useDocument();
  const selection = useEditor((state) => state.selection);
  const chosenEdge = useEditor((state) => state.edge);
  const { acts, drawingFrom, dropTarget } = useCanvasEdits();

  const drawing = useMemo(() => drawingOf(document, false), [document]);
  const { isFar, isTiny, isLarge } = useDistance(drawing.graph.nodes.length);
  const settled = useMemo(
    () => [...noteNodes(document.notes, selection), ...cardNodes(drawing, { selection, problems, marks, isFar })],
    [drawing, document.notes, selection, problems, marks, isFar],
  );
  const { nodes, onNodesChange, onEdgesChange, onDragStop } = useCanvasChanges(settled);
  const edges = useMemo(() => courseEdges(drawing, undefined), [drawing]);
  const shownEdges = useMemo(
    () =>
      chosenEdge === null && dropTarget === null && marks === undefined
        ? edges
        : edges.map((edge) => withState(edge, chosenEdge && `${chosenEdge.source}:${chosenEdge.outlet}`, dropTarget, marks)),
    [edges, chosenEdge, dropTarget, marks],
  );
  const shownNodes = useMemo(
    () => (drawingFrom === null ? nodes : nodes.map((node) => refusing(node, isConnectable(document, { source: drawingFrom, target: node.id })))),
    [nodes, drawingFrom, document],
  );

  /** What was just chosen, added or pasted comes into view. */
  const [chosen] = selection;
  const box = selection.size === 1 && chosen !== undefined ? drawing.layout.boxes.get(chosen) : undefined;
  const shownBox = useRef<string | null>(null);
  useEffect(() => {
    const name = box === undefined ? null : `${chosen}:${drawing.graph.nodes.length}`;
    if (box !== undefined && name !== shownBox.current) reveal(flow, box);
    shownBox.current = name;
  }, [flow, box, chosen, drawing]);

  return (
    <ReactFlow<CardNode | NoteNode, Course>
      className={`${styles.canvas} ${styles.editable}`}
      data-far={isFar || undefined}
      data-large={isLarge || undefined}
      data-drawing={drawingFrom === null ? undefined : true}
      aria-label={t("canvas.label", { journey: document.name })}
      nodes={shownNodes}
      edges={isFar ? NO_EDGES : shownEdges}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      onMoveStart={startMoving}
      onMoveEnd={stopMoving}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      onNodeDragStop={onDragStop}
      onSelectionDragStop={onDragStop}
      {...acts}
      edgesFocusable={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      selectionKeyCode="Shift"
      multiSelectionKeyCode={ADDING_KEYS}
      selectionMode={SelectionMode.Partial}
      nodeDragThreshold={4}
      connectionRadius={32}
      minZoom={MIN_ZOOM}
      maxZoom={MAX_ZOOM}
      onlyRenderVisibleElements={isLarge && !isFar}
      panOnScroll
    >
      {isFar ? <Overview isTiny={isTiny} nodes={shownNodes} edges={shownEdges} /> : <Dots />}
      {children}
      {drawing.graph.nodes.length >= MINIMAP_FROM && <Minimap nodes={shownNodes} />}
    </ReactFlow>
  );
});

function withState(edge: Course, selected: string | null, target: string | null, marks: Marks | undefined): Course {
  const isWalked = marks?.get(edge.id) === "walked";
  if (edge.data === undefined || (edge.id !== selected && edge.id !== target && !isWalked)) return edge;
  return { ...edge, selected: edge.id === selected, data: { ...edge.data, isTarget: edge.id === target, isWalked } };
}

function refusing(node: CardNode | NoteNode, isWelcome: boolean): CardNode | NoteNode {
  return isWelcome ? node : ({ ...node, className: "refuses" } as typeof node);
}
