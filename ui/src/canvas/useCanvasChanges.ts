/** What React Flow reports while nodes are dragged and chosen. Places are kept here until the drag ends: one step of undo. */
import type { EdgeChange, NodeChange } from "@xyflow/react";
import { useMemo, useState } from "react";

import type { Position } from "../document/journey";
import { useEditorStore } from "../editor/store";
import { moved } from "../edits/graph";
import { noteChanged } from "../edits/notes";
import { type CardNode, type CourseEdge, type Drawing, flatAt, type NoteNode } from "./flow";

type Drawn = CardNode | NoteNode;
const NOTHING: ReadonlyMap<string, Position> = new Map();

export function useCanvasChanges(settled: readonly Drawn[], drawing: Drawing) {
  const store = useEditorStore();
  const [dragged, setDragged] = useState(NOTHING);

  const nodes = useMemo(
    () => (dragged.size === 0 ? [...settled] : settled.map((node) => withPlace(node, dragged.get(node.id)))),
    [settled, dragged],
  );

  const onNodesChange = (changes: NodeChange<Drawn>[]) => {
    const places = changes.flatMap((change) =>
      change.type === "position" && change.dragging === true && change.position !== undefined ? [[change.id, change.position] as const] : [],
    );
    if (places.length > 0) setDragged((before) => new Map([...before, ...places]));

    const choices = changes.filter((change) => change.type === "select");
    if (choices.length === 0) return;
    const { selection, select } = store.getState();
    const chosen = new Set(selection);
    for (const { id, selected } of choices) if (selected) chosen.add(id);
      else chosen.delete(id);
    if (chosen.size !== selection.size || [...chosen].some((id) => !selection.has(id))) select(chosen);
  };

  const onEdgesChange = (changes: EdgeChange<CourseEdge>[]) => {
    const { edge, selectEdge } = store.getState();
    const isLeft = changes.some((change) => change.type === "select" && !change.selected);
    if (isLeft && edge !== null) selectEdge(null);
  };

  const onDragStop = () => {
    const places = Object.fromEntries([...dragged].map(([id, { x, y }]) => [id, { x: Math.round(x), y: Math.round(y) }]));
    setDragged(NOTHING);
    if (Object.keys(places).length === 0) return;
    store.getState().edit((document) => {
      const notes = document.notes.filter(({ id }) => id in places);
      const cards = Object.fromEntries(Object.entries(places).filter(([id]) => drawing.looks.has(id)));
      const withNotes = notes.reduce((before, { id }) => noteChanged(before, id, places[id] ?? {}), document);
      return Object.keys(cards).length === 0 ? withNotes : moved(withNotes, cards);
    });
  };

  return { nodes, onNodesChange, onEdgesChange, onDragStop };
}

function withPlace(node: Drawn, position: Position | undefined): Drawn {
  if (position === undefined) return node;
  return { ...node, position, ...(node.style !== undefined && { style: flatAt(position) }) };
}
