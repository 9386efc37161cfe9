/** The steps to take from: drag one onto the canvas or an edge, or press it to put it behind the chosen step. */
import { Tooltip } from "@mantine/core";
import { Panel } from "@xyflow/react";
import { type DragEvent, memo } from "react";

import { STEP_DATA } from "../canvas/useCanvasEdits";
import { PALETTE } from "../canvas/view";
import { added, edgeAt, inserted } from "../edits/graph";
import { outletIds } from "../nodes/registry";
import { additionOf, FAMILIES, hasEntry, type Step, stepsFor } from "../nodes/steps";
import { t } from "../texts/texts";
import styles from "./Palette.module.css";
import { soleSelection, useEditor, useEditorStore } from "./store";

export const Palette = memo(function Palette() {
  const store = useEditorStore();
  const steps = stepsFor(useEditor(({ history }) => hasEntry(history.present)), "");

  const take = (step: Step) => {
    const state = store.getState();
    const { present } = state.history;
    const chosen = present.graph.nodes.find(({ id }) => id === soleSelection(state));
    const ways = chosen === undefined ? [] : outletIds(chosen);
    const source = chosen?.id ?? "";
    const outlet = ways.find((way) => edgeAt(present, { source, outlet: way }) === undefined) ?? ways[0];
    const addition = additionOf(present, step);
    state.edit((before) => (outlet === undefined ? added(before, addition) : inserted(before, addition, { source, outlet })));
    state.select([addition.node.id]);
  };

  return (
    <Panel position="top-left" className={styles.palette} {...PALETTE}>
      <div role="toolbar" aria-orientation="vertical" aria-label={t("palette.label")}>
        {FAMILIES.map((family) => {
          const members = steps.filter((step) => step.family === family);
          return members.length === 0 ? null : (
            <section key={family}>
              <h2>{t(`family.${family}`)}</h2>
              {members.map((step) => (
                <Tooltip key={step.id} label={step.detail} position="right" openDelay={500}>
                  <button type="button" draggable onDragStart={(event) => drag(event, step)} onClick={() => take(step)} aria-label={step.title}>
                    <span className={styles.icon} data-tint={step.tint}>
                      <step.icon size={15} strokeWidth={1.9} aria-hidden="true" />
                    </span>
                    <span className={styles.title}>{step.title}</span>
                  </button>
                </Tooltip>
              ))}
            </section>
          );
        })}
      </div>
    </Panel>
  );
});

function drag(event: DragEvent, step: Step): void {
  event.dataTransfer.setData(STEP_DATA, step.id);
  event.dataTransfer.effectAllowed = "copy";
}
