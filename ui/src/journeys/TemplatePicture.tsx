/** A journey in small: its steps as coloured bars where the canvas would put them. */
import { Suspense, use, useMemo } from "react";

import styles from "./Gallery.module.css";

interface Bar {
  id: string;
  tint: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Picture {
  bars: readonly Bar[];
  paths: readonly string[];
  viewBox: string;
}

/** The layout comes with the canvas, which the list of journeys does not need otherwise. */
const drawn = new Map<unknown, Promise<Picture>>();

export function TemplatePicture({ document }: { document: Readonly<Record<string, unknown>> }) {
  const picture = useMemo(() => {
    const known = drawn.get(document) ?? import("../canvas/thumbnail").then(({ thumbnailOf }) => thumbnailOf(document));
    drawn.set(document, known);
    return known;
  }, [document]);
  return (
    <span className={styles.picture} aria-hidden="true">
      <Suspense>
        <Drawing picture={picture} />
      </Suspense>
    </span>
  );
}

function Drawing({ picture }: { picture: Promise<Picture> }) {
  const { bars, paths, viewBox } = use(picture);
  return (
    <svg viewBox={viewBox} preserveAspectRatio="xMidYMid meet">
      {paths.map((path) => (
        <path key={path} d={path} />
      ))}
      {bars.map(({ id, tint, ...box }) => (
        <rect key={id} data-tint={tint} rx={14} {...box} />
      ))}
    </svg>
  );
}
