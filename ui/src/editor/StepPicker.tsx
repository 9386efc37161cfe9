/** Which step comes next: behind an outlet, into an edge, or free on the canvas. */
import { SegmentedControl } from "@mantine/core";
import { useState } from "react";

import { nodeById, type JourneyDocument, type Position } from "../document/journey";
import { added, type Addition, edgeAt, inserted, type Outlet } from "../edits/graph";
import { lookOf } from "../nodes/registry";
import { additionOf, hasEntry, stepById, stepsFor } from "../nodes/steps";
import { t } from "../texts/texts";
import { QuickPick } from "./QuickPick";
import styles from "./QuickPick.module.css";
import { type Picking, useDocument, useEditor, useEditorStore } from "./store";

export function StepPicker() {
  const picking = useEditor((state) => state.picking);
  return picking === null ? null : <OpenPicker key={`${picking.after?.source}:${picking.after?.outlet}`} picking={picking} />;
}

function OpenPicker({ picking }: { picking: Picking }) {
  const store = useEditorStore();
  const document = useDocument();
  const [outlet, setOutlet] = useState(picking.after?.outlet);
  const after = picking.after !== undefined && outlet !== undefined ? { source: picking.after.source, outlet } : undefined;

  const take = (id: string) => {
    const step = stepById(id);
    if (step === undefined) return;
    const { edit, select, pick, history } = store.getState();
    const addition = additionOf(history.present, step);
    edit((before) => put(before, addition, after, picking.place));
    select([addition.node.id]);
    pick(null);
  };
  const source = after && nodeById(document.graph, after.source);
  return (
    <QuickPick
      at={picking.at}
      label={t("pick.step")}
      placeholder={t("pick.stepSearch")}
      head={source !== undefined && outlet !== undefined && <Ways document={document} node={source.id} chosen={outlet} onChoose={setOutlet} />}
      find={(query) => stepsFor(hasEntry(document), query).map((step) => ({ ...step, group: t(`family.${step.family}`) }))}
      onPick={take}
      onClose={() => store.getState().pick(null)}
    />
  );
}

/** Behind its outlet; a step that an edge was let go for stands where the edge was let go, once places are the author's. */
function put(document: JourneyDocument, addition: Addition, after: Outlet | undefined, place: Position | undefined): JourneyDocument {
  const isPlaced = place !== undefined && document.graph.nodes.length > 0;
  if (after !== undefined) return inserted(document, addition, after);
  return added(document, isPlaced ? { ...addition, at: place } : addition);
}

interface WaysProps {
  document: JourneyDocument;
  node: string;
  chosen: string;
  onChoose: (outlet: string) => void;
}

/** Where several ways lead on: which one. */
function Ways({ document, node, chosen, onChoose }: WaysProps) {
  const found = nodeById(document.graph, node);
  const outlets = found === undefined ? [] : lookOf(found, document.messages).outlets;
  if (outlets.length < 2) return null;
  const free = outlets.filter(({ id }) => id === chosen || edgeAt(document, { source: node, outlet: id }) === undefined);
  return (
    <div className={styles.ways}>
      {t("pick.after")}
      <SegmentedControl
        size="xs"
        value={chosen}
        onChange={onChoose}
        data={free.map(({ id, label }) => ({ value: id, label }))}
        aria-label={t("pick.after")}
      />
    </div>
  );
}
