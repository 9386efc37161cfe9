/** What React Flow reports while nodes are dragged and chosen. Places are kept here until the drag ends: one step of undo. */
import type { EdgeChange, NodeChange } from "@xyflow/react";
import { useMemo, useRef, useState } from "react";

import { nodeById, type Position } from "../document/journey";
import { useEditorStore } from "../editor/store";
import { moved } from "../edits/graph";
import { noteChanged } from "../edits/notes";
import { type CardNode, type CourseEdge, flatAt, type NoteNode } from "./flow";

type Drawn = CardNode | NoteNode;
type Places = ReadonlyMap<string, Position>;
const NOTHING: Places = new Map();

export function useCanvasChanges(settled: readonly Drawn[]) {
  const store = useEditorStore();
  const [dragged, setDragged] = useState(NOTHING);
  const latest = useRef(NOTHING);

  const nodes = useMemo(
    () => (dragged.size === 0 ? [...settled] : settled.map((node) => withPlace(node, dragged.get(node.id)))),
    [settled, dragged],
  );

  /** The same functions while the journey changes; see `useCanvasEdits`. */
  const changes = useMemo(() => {
    const drag = (places: Places) => {
      latest.current = places;
      setDragged(places);
    };
    return {
      onNodesChange: (reported: NodeChange<Drawn>[]) => {
        const places = reported.flatMap((change) =>
          change.type === "position" && change.dragging === true && change.position !== undefined ? [[change.id, change.position] as const] : [],
        );
        if (places.length > 0) drag(new Map([...latest.current, ...places]));

        const choices = reported.filter((change) => change.type === "select");
        if (choices.length === 0) return;
        const { selection, select } = store.getState();
        const chosen = new Set(selection);
        for (const { id, selected } of choices) if (selected) chosen.add(id);
          else chosen.delete(id);
        if (chosen.size !== selection.size || [...chosen].some((id) => !selection.has(id))) select(chosen);
      },
      onEdgesChange: (reported: EdgeChange<CourseEdge>[]) => {
        const { edge, selectEdge } = store.getState();
        const isLeft = reported.some((change) => change.type === "select" && !change.selected);
        if (isLeft && edge !== null) selectEdge(null);
      },
      onDragStop: () => {
        const places = Object.fromEntries([...latest.current].map(([id, { x, y }]) => [id, { x: Math.round(x), y: Math.round(y) }]));
        drag(NOTHING);
        if (Object.keys(places).length === 0) return;
        store.getState().edit((document) => {
          const notes = document.notes.filter(({ id }) => id in places);
          const cards = Object.fromEntries(Object.entries(places).filter(([id]) => nodeById(document.graph, id) !== undefined));
          const withNotes = notes.reduce((before, { id }) => noteChanged(before, id, places[id] ?? {}), document);
          return Object.keys(cards).length === 0 ? withNotes : moved(withNotes, cards);
        });
      },
    };
  }, [store]);

  return { nodes, ...changes };
}

function withPlace(node: Drawn, position: Position | undefined): Drawn {
  if (position === undefined) return node;
  return { ...node, position, ...(node.style !== undefined && { style: flatAt(position) }) };
}
