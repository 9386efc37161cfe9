/** An edge: its line grows heavier with the share of people who took it, and carries their number. */
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, type ReactFlowState, useStore } from "@xyflow/react";
import { Plus } from "lucide-react";
import { useContext } from "react";

import { t } from "../texts/texts";
import { countWords, shareWords } from "../texts/words";
import { type EditActions, EditActionsContext, lowerMiddle, ShowPeopleContext } from "./actions";
import styles from "./CourseEdge.module.css";
import type { CardData, CourseData, CourseEdge as Course } from "./flow";
import { cornersOf, roundedPath } from "./route";

const LIGHTEST = 1.5;
const HEAVIEST = 3;
/** From the outlet down to the middle of the number. */
const LABEL_DROP = 19;

export function CourseEdge(props: EdgeProps<Course>) {
  const { id, source: from, sourceHandleId, sourceX, sourceY, targetX, targetY, data, markerEnd, selected } = props;
  const actions = useContext(EditActionsContext);
  const showPeople = useContext(ShowPeopleContext);
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
        data-selected={selected || undefined}
        data-target={data.isTarget || undefined}
        data-walked={data.isWalked || undefined}
        style={{ strokeWidth }}
      />
      {data.count !== undefined && (
        <EdgeLabelRenderer>
          <button
            type="button"
            className={`${styles.count} nodrag nopan`}
            disabled={!isTaken || showPeople === null || sourceHandleId == null}
            data-taken={isTaken || undefined}
            title={edgeWords(data)}
            style={{ transform: labelPlace(sourceX, sourceY) }}
            onClick={() => showPeople?.({ node: from, did: "passed", outlet: sourceHandleId ?? "" })}
          >
            {countWords(data.count)}
            {isTaken && data.departure.count > 1 && <small> {shareWords(data.share, 1)}</small>}
          </button>
        </EdgeLabelRenderer>
      )}
      {actions !== null && sourceHandleId != null && (
        <EdgeLabelRenderer>
          <AddButton edge={props} outlet={sourceHandleId} label={data.outlet} isLit={selected === true || data.isTarget === true} pick={actions.pick} />
        </EdgeLabelRenderer>
      )}
    </>
  );
}

interface AddProps {
  edge: EdgeProps<Course>;
  outlet: string;
  label: string;
  isLit: boolean;
  pick: EditActions["pick"];
}

function AddButton({ edge: { source, target, sourceX, sourceY }, outlet, label, isLit, pick }: AddProps) {
  const [step, next] = [useTitle(source), useTitle(target)];
  return (
    <button
      type="button"
      className={`${styles.add} nodrag nopan`}
      data-lit={isLit || undefined}
      aria-label={t("canvas.addBetween", { step, outlet: label, next })}
      style={{ transform: labelPlace(sourceX, sourceY) }}
      onClick={(event) => pick({ source, outlet }, lowerMiddle(event.currentTarget))}
    >
      <Plus size={12} strokeWidth={2.4} aria-hidden="true" />
    </button>
  );
}

/** What the step is called. It is asked of its card: an edge stays as it is while its ends are named anew. */
function useTitle(step: string): string {
  const titleOf = ({ nodeLookup }: ReactFlowState) => (nodeLookup.get(step)?.data as CardData | undefined)?.look.title; // edges join cards only
  return useStore(titleOf) ?? step;
}

function edgeWords({ count, share }: CourseData): string {
  const words = t("canvas.edgeCount", { count: count ?? 0 });
  return count === undefined || count === 0 ? words : t("canvas.edgeShare", { words, share: shareWords(share, 1) });
}

function labelPlace(x: number, y: number): string {
  return `translate(-50%, -50%) translate(${x}px, ${y + LABEL_DROP}px)`;
}
