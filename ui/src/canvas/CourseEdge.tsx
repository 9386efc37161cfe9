/** An edge: its line grows heavier with the share of people who took it, and carries their number. */
import { BaseEdge, EdgeLabelRenderer, type EdgeProps } from "@xyflow/react";

import { t } from "../texts/texts";
import { countWords } from "../texts/words";
import styles from "./CourseEdge.module.css";
import type { CourseEdge as Course } from "./flow";
import { cornersOf, roundedPath } from "./route";

const LIGHTEST = 1.5;
const HEAVIEST = 3;
/** From the outlet down to the middle of the number. */
const LABEL_DROP = 19;

export function CourseEdge({ id, sourceX, sourceY, targetX, targetY, data, markerEnd }: EdgeProps<Course>) {
  if (data === undefined) return null;
  const source = { x: sourceX, y: sourceY };
  const corners = cornersOf(source, { x: targetX, y: targetY }, data.course, data.departure);
  const isTaken = (data.count ?? 0) > 0;
  const strokeWidth = LIGHTEST + (HEAVIEST - LIGHTEST) * data.share;
  return (
    <>
      <BaseEdge
        id={id}
        path={roundedPath(corners)}
        markerEnd={markerEnd}
        className={styles.line}
        data-taken={isTaken || undefined}
        style={{ strokeWidth }}
      />
      {data.count !== undefined && (
        <EdgeLabelRenderer>
          <span
            className={styles.count}
            data-taken={isTaken || undefined}
            title={t("canvas.edgeCount", { count: data.count })}
            style={{ transform: `translate(-50%, -50%) translate(${sourceX}px, ${sourceY + LABEL_DROP}px)` }}
          >
            {countWords(data.count)}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
