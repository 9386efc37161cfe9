/** The canvas as its author works on it: drag, connect, insert, choose many, drop steps from the palette. */
import "@xyflow/react/dist/style.css";

import {
  type Connection,
  type Edge,
  type OnConnectEnd,
  ReactFlow,
  SelectionMode,
  useReactFlow,
} from "@xyflow/react";
import { type DragEvent, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";

import type { JourneyDocument, Position } from "../document/journey";
import { useDocument, useEditor, useEditorStore } from "../editor/store";
import { added, type Addition, connected, disconnected, inserted, isConnectable } from "../edits/graph";
import { additionOf, stepById } from "../nodes/steps";
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
import { nearestEdge } from "./nearest";
import { Overview } from "./Overview";
import { useCanvasChanges } from "./useCanvasChanges";
import { beginning, MAX_ZOOM, MIN_ZOOM, MINIMAP_FROM, moving, openingView, reveal, useDistance } from "./view";

const NODE_TYPES = { card: NodeCard, note: NoteCard };
const EDGE_TYPES = { course: CourseEdge };
const NO_EDGES: Course[] = [];
/** What a step dragged from the palette carries. */
export const STEP_DATA = "application/x-waitline-step";

interface Props {
  problems: Problems;
  marks?: Marks | undefined;
  children?: ReactNode;
}

export function EditorCanvas({ problems, marks, children }: Props) {
  const store = useEditorStore();
  const flow = useReactFlow<CardNode | NoteNode, Course>();
  const document = useDocument();
  const selection = useEditor((state) => state.selection);
  const chosenEdge = useEditor((state) => state.edge);
  const [drawingFrom, setDrawingFrom] = useState<string | null>(null);
  const [dropTarget, setDropTarget] = useState<string | null>(null);

  const drawing = useMemo(() => drawingOf(document, false), [document]);
  const { isFar, isTiny, isLarge } = useDistance(drawing.graph.nodes.length);
  const settled = useMemo(
    () => [...noteNodes(document.notes, selection), ...cardNodes(drawing, { selection, problems, marks, isFar })],
    [drawing, document.notes, selection, problems, marks, isFar],
  );
  const { nodes, onNodesChange, onEdgesChange, onDragStop } = useCanvasChanges(settled, drawing);
  const edges = useMemo(() => courseEdges(drawing, undefined), [drawing]);
  const shownEdges = useMemo(
    () => edges.map((edge) => withState(edge, chosenEdge && `${chosenEdge.source}:${chosenEdge.outlet}`, dropTarget, marks)),
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

  const isValid = useCallback(({ source, target }: Connection | Edge) => isConnectable(document, { source, target }), [document]);
  const onConnect = ({ source, sourceHandle, target }: Connection) => {
    if (sourceHandle !== null) store.getState().edit((before) => connected(before, { source, outlet: sourceHandle, target }));
  };
  /** An edge that is let go over nothing asks which step it should lead to. */
  const onConnectEnd: OnConnectEnd = (event, { fromNode, fromHandle, toNode, isValid: isMade }) => {
    setDrawingFrom(null);
    if (isMade || toNode !== null || fromNode === null || fromHandle?.type !== "source" || fromHandle.id == null) return;
    const at = "clientX" in event ? { x: event.clientX, y: event.clientY } : { x: 0, y: 0 };
    store.getState().pick({ at, after: { source: fromNode.id, outlet: fromHandle.id }, place: flow.screenToFlowPosition(at) });
  };
  const onReconnect = (old: Course, { source, sourceHandle, target }: Connection) => {
    if (sourceHandle === null || old.sourceHandle == null) return;
    const outlet = old.sourceHandle;
    store.getState().edit((before) =>
      connected(disconnected(before, { source: old.source, outlet }), { source, outlet: sourceHandle, target }),
    );
  };

  const edgeUnder = (event: DragEvent) =>
    nearestEdge(drawing, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
  const onDragOver = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes(STEP_DATA)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    setDropTarget(edgeUnder(event)?.id ?? null);
  };
  const onDrop = (event: DragEvent) => {
    setDropTarget(null);
    const step = stepById(event.dataTransfer.getData(STEP_DATA));
    if (step === undefined) return;
    event.preventDefault();
    const { edit, select, history } = store.getState();
    const place = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const target = edgeUnder(event);
    const addition = additionOf(history.present, step);
    if (target !== null) edit((before) => inserted(before, addition, target.outlet));
    else edit((before) => dropped(before, addition, place));
    select([addition.node.id]);
  };

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
      onInit={(instance) => {
        const isEmpty = drawing.graph.nodes.length === 0;
        if (isEmpty) void instance.setViewport(beginning());
        else void openingView(instance, drawing.layout, null, true);
      }}
      onMoveStart={() => moving(true)}
      onMoveEnd={() => moving(false)}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      onNodeDragStop={onDragStop}
      onSelectionDragStop={onDragStop}
      isValidConnection={isValid}
      onConnect={onConnect}
      onConnectStart={(_, { nodeId, handleType }) => setDrawingFrom(handleType === "source" ? nodeId : null)}
      onConnectEnd={onConnectEnd}
      onReconnect={onReconnect}
      onEdgeClick={(_, { source, sourceHandle }) => sourceHandle != null && store.getState().selectEdge({ source, outlet: sourceHandle })}
      onPaneClick={() => store.getState().select([])}
      onDragOver={onDragOver}
      onDragLeave={() => setDropTarget(null)}
      onDrop={onDrop}
      edgesFocusable={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      selectionKeyCode="Shift"
      multiSelectionKeyCode={["Meta", "Control", "Shift"]}
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
}

function withState(edge: Course, selected: string | null, target: string | null, marks: Marks | undefined): Course {
  const isWalked = marks?.get(edge.id) === "walked";
  if (edge.data === undefined || (edge.id !== selected && edge.id !== target && !isWalked)) return edge;
  return { ...edge, selected: edge.id === selected, data: { ...edge.data, isTarget: edge.id === target, isWalked } };
}

function refusing(node: CardNode | NoteNode, isWelcome: boolean): CardNode | NoteNode {
  return isWelcome ? node : ({ ...node, className: "refuses" } as typeof node);
}

/** A step dropped on the bare canvas follows nothing; the first of an empty journey needs no place of its own. */
function dropped(document: JourneyDocument, addition: Addition, place: Position): JourneyDocument {
  const isFirst = document.graph.nodes.length === 0;
  const centred = { x: place.x - CARD_MIDDLE.x, y: place.y - CARD_MIDDLE.y };
  return added(document, isFirst ? addition : { ...addition, at: centred });
}

const CARD_MIDDLE = { x: 136, y: 29 };
