/**
 * What the author does with the mouse on the canvas, as edits: connect, drop, choose.
 *
 * The functions stay the same while the journey changes. React Flow puts each new one into its store, and tells every
 * card, handle and edge of it: with 200 steps that costs more than the edit.
 */
import { type Connection, type Edge, type EdgeMouseHandler, type OnConnectEnd, type OnConnectStart, type ReactFlowInstance, useReactFlow } from "@xyflow/react";
import { type DragEvent, useMemo, useState } from "react";

import type { JourneyDocument, Position } from "../document/journey";
import { useEditorStore } from "../editor/store";
import { added, type Addition, connected, disconnected, inserted, isConnectable } from "../edits/graph";
import { additionOf, stepById } from "../nodes/steps";
import { type CardNode, type CourseEdge as Course, drawingOf, type NoteNode } from "./flow";
import { nearestEdge } from "./nearest";
import { beginning, openingView } from "./view";

/** What a step dragged from the palette carries. */
export const STEP_DATA = "application/x-waitline-step";

export function useCanvasEdits() {
  const store = useEditorStore();
  const flow = useReactFlow<CardNode | NoteNode, Course>();
  /** The step that an edge is being drawn from. */
  const [drawingFrom, setDrawingFrom] = useState<string | null>(null);
  /** The edge that a dragged step would be put into. */
  const [dropTarget, setDropTarget] = useState<string | null>(null);

  const acts = useMemo(() => {
    const present = () => store.getState().history.present;
    const edgeUnder = (event: DragEvent) =>
      nearestEdge(drawingOf(present(), false), flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
    const onConnectEnd: OnConnectEnd = (event, { fromNode, fromHandle, toNode, isValid }) => {
      setDrawingFrom(null);
      if (isValid || toNode !== null || fromNode === null || fromHandle?.type !== "source" || fromHandle.id == null) return;
      const at = "clientX" in event ? { x: event.clientX, y: event.clientY } : { x: 0, y: 0 };
      store.getState().pick({ at, after: { source: fromNode.id, outlet: fromHandle.id }, place: flow.screenToFlowPosition(at) });
    };
    const onConnectStart: OnConnectStart = (_, { nodeId, handleType }) => setDrawingFrom(handleType === "source" ? nodeId : null);
    const onEdgeClick: EdgeMouseHandler<Course> = (_, { source, sourceHandle }) => {
      if (sourceHandle != null) store.getState().selectEdge({ source, outlet: sourceHandle });
    };
    return {
      onInit: (instance: ReactFlowInstance<CardNode | NoteNode, Course>) => {
        const { graph, layout } = drawingOf(present(), false);
        if (graph.nodes.length === 0) void instance.setViewport(beginning());
        else void openingView(instance, layout, null, true);
      },
      isValidConnection: ({ source, target }: Connection | Edge) => isConnectable(present(), { source, target }),
      onConnect: ({ source, sourceHandle, target }: Connection) => {
        if (sourceHandle !== null) store.getState().edit((before) => connected(before, { source, outlet: sourceHandle, target }));
      },
      onConnectStart,
      /** An edge that is let go over nothing asks which step it should lead to. */
      onConnectEnd,
      onReconnect: (old: Course, { source, sourceHandle, target }: Connection) => {
        if (sourceHandle === null || old.sourceHandle == null) return;
        const outlet = old.sourceHandle;
        store.getState().edit((before) =>
          connected(disconnected(before, { source: old.source, outlet }), { source, outlet: sourceHandle, target }),
        );
      },
      onEdgeClick,
      onPaneClick: () => store.getState().select([]),
      onDragOver: (event: DragEvent) => {
        if (!event.dataTransfer.types.includes(STEP_DATA)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        setDropTarget(edgeUnder(event)?.id ?? null);
      },
      onDragLeave: () => setDropTarget(null),
      onDrop: (event: DragEvent) => {
        setDropTarget(null);
        const step = stepById(event.dataTransfer.getData(STEP_DATA));
        if (step === undefined) return;
        event.preventDefault();
        const { edit, select } = store.getState();
        const place = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
        const target = edgeUnder(event);
        const addition = additionOf(present(), step);
        if (target !== null) edit((before) => inserted(before, addition, target.outlet));
        else edit((before) => dropped(before, addition, place));
        select([addition.node.id]);
      },
    };
  }, [store, flow]);
  return { acts, drawingFrom, dropTarget };
}

/** A step dropped on the bare canvas follows nothing; the first of an empty journey needs no place of its own. */
function dropped(document: JourneyDocument, addition: Addition, place: Position): JourneyDocument {
  const isFirst = document.graph.nodes.length === 0;
  const centred = { x: place.x - CARD_MIDDLE.x, y: place.y - CARD_MIDDLE.y };
  return added(document, isFirst ? addition : { ...addition, at: centred });
}

const CARD_MIDDLE = { x: 136, y: 29 };
