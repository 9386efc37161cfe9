/** The dots behind a journey. They are painted once for each zoom and then only pushed, by less than one gap. */
import { useStoreApi } from "@xyflow/react";
import { useEffect, useRef } from "react";

import styles from "./Dots.module.css";

const GAP = 22;

export function Dots() {
  const store = useStoreApi();
  const dots = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = ({ transform: [x, y, zoom] }: { transform: readonly [number, number, number] }) => {
      const style = dots.current?.style;
      if (style === undefined) return;
      const gap = GAP * zoom;
      style.transform = `translate(${(x % gap) - gap}px, ${(y % gap) - gap}px)`;
      style.backgroundSize = `${gap}px ${gap}px`;
    };
    place(store.getState());
    return store.subscribe(place);
  }, [store]);
  return <div ref={dots} className={styles.dots} data-pushed aria-hidden="true" />;
}
