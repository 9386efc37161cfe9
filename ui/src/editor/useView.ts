/** The canvas as the commands see it. */
import { useReactFlow } from "@xyflow/react";
import { useMemo } from "react";

import { editingRoom } from "../canvas/view";
import { useSession } from "../shell/session";
import type { View } from "./commands";

const GLIDE = { duration: 180 };

export function useView(): View {
  const flow = useReactFlow();
  const author = useSession().data?.staff.name ?? "";
  return useMemo(
    () => ({
      zoomIn: () => void flow.zoomIn(GLIDE),
      zoomOut: () => void flow.zoomOut(GLIDE),
      fit: () => void flow.fitView({ ...GLIDE, padding: editingRoom(), maxZoom: 1 }),
      centre: () => flow.screenToFlowPosition(middleOf(paneElement())),
      below: (node) => {
        const box = nodeElement(node)?.getBoundingClientRect();
        return box === undefined ? middleOf(paneElement()) : { x: box.left + box.width / 2, y: box.bottom };
      },
      authorship: () => ({ author, at: new Date().toISOString() }),
      write: (text) => void globalThis.navigator.clipboard.writeText(text),
    }),
    [flow, author],
  );
}

export function nodeElement(id: string): HTMLElement | null {
  return globalThis.document.querySelector(`.react-flow__node[data-id="${globalThis.CSS.escape(id)}"]`);
}

function paneElement(): Element | null {
  return globalThis.document.querySelector(".react-flow");
}

function middleOf(element: Element | null): { x: number; y: number } {
  const { left, top, width, height } = element?.getBoundingClientRect() ?? new DOMRect();
  return { x: left + width / 2, y: top + height / 2 };
}
