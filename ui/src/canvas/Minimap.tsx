/** The journey in small, with a frame around what is in view. Press or drag on it to go there. */
import { Panel, useReactFlow, useStoreApi } from "@xyflow/react";
import { memo, type PointerEvent, useEffect, useMemo, useRef } from "react";

import { t } from "../texts/texts";
import type { CardNode, NoteNode } from "./flow";
import styles from "./Minimap.module.css";

const WIDTH = 176;
const HEIGHT = 132;
const MARGIN = 10;

interface Props {
  nodes: readonly (CardNode | NoteNode)[];
}

export const Minimap = memo(function Minimap({ nodes }: Props) {
  const flow = useReactFlow();
  const store = useStoreApi();
  const frame = useRef<HTMLDivElement>(null);
  const scale = useMemo(() => scaleOf(nodes), [nodes]);

  useEffect(() => {
    const place = ({ transform: [x, y, zoom], width, height }: { transform: readonly [number, number, number]; width: number; height: number }) => {
      const style = frame.current?.style;
      if (style === undefined) return;
      style.transform = `translate(${scale.left - (x / zoom) * scale.factor}px, ${scale.top - (y / zoom) * scale.factor}px)`;
      style.width = `${(width / zoom) * scale.factor}px`;
      style.height = `${(height / zoom) * scale.factor}px`;
    };
    place(store.getState());
    return store.subscribe(place);
  }, [store, scale]);

  const goTo = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons !== 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const x = (event.clientX - left - scale.left) / scale.factor;
    const y = (event.clientY - top - scale.top) / scale.factor;
    void flow.setCenter(x, y, { zoom: flow.getZoom() });
  };

  return (
    <Panel position="bottom-right" className={styles.map}>
      <div className={styles.inside} onPointerDown={goTo} onPointerMove={goTo}>
        <svg role="img" aria-label={t("canvas.minimap")} width={WIDTH} height={HEIGHT}>
          <g transform={`translate(${scale.left} ${scale.top}) scale(${scale.factor})`}>
            {nodes.map(({ id, position: { x, y }, width, height, selected }) => (
              <rect key={id} x={x} y={y} width={width} height={height} rx={24} data-selected={selected || undefined} />
            ))}
          </g>
        </svg>
        <div ref={frame} className={styles.frame} />
      </div>
    </Panel>
  );
}, isDrawnAlike);

/** An edit that moves no step leaves the map as it is. */
function isDrawnAlike({ nodes: before }: Props, { nodes: now }: Props): boolean {
  return now.length === before.length && now.every((node, index) => outlineOf(node) === outlineOf(before[index]));
}

function outlineOf(node: Props["nodes"][number] | undefined): string {
  return `${node?.id} ${node?.position.x} ${node?.position.y} ${node?.width} ${node?.height} ${node?.selected}`;
}

/** Where the origin of the canvas lies on the map, and how many pixels of the map one of the canvas is. */
function scaleOf(nodes: Props["nodes"]): { left: number; top: number; factor: number } {
  const left = Math.min(...nodes.map(({ position }) => position.x));
  const top = Math.min(...nodes.map(({ position }) => position.y));
  const width = Math.max(...nodes.map(({ position, width: wide = 0 }) => position.x + wide)) - left;
  const height = Math.max(...nodes.map(({ position, height: high = 0 }) => position.y + high)) - top;
  const factor = Math.min((WIDTH - 2 * MARGIN) / width, (HEIGHT - 2 * MARGIN) / height);
  return { left: (WIDTH - width * factor) / 2 - left * factor, top: (HEIGHT - height * factor) / 2 - top * factor, factor };
}
