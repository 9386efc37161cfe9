/** Drawing an edge without a mouse: which way out, and which step it leads to. */
import { SegmentedControl } from "@mantine/core";
import { useState } from "react";

import { nodeById } from "../document/journey";
import { connected, edgeAt, isConnectable } from "../edits/graph";
import { lookOf } from "../nodes/registry";
import { t } from "../texts/texts";
import { QuickPick } from "./QuickPick";
import styles from "./QuickPick.module.css";
import { useDocument, useEditor, useEditorStore } from "./store";

export function ConnectPicker() {
  const source = useEditor((state) => state.connecting?.source);
  return source === undefined ? null : <OpenPicker key={source} source={source} />;
}

function OpenPicker({ source }: { source: string }) {
  const store = useEditorStore();
  const document = useDocument();
  const node = nodeById(document.graph, source);
  const outlets = node === undefined ? [] : lookOf(node, document.messages).outlets;
  const open = outlets.find(({ id }) => edgeAt(document, { source, outlet: id }) === undefined);
  const [outlet, setOutlet] = useState((open ?? outlets[0])?.id ?? "next");

  const close = () => store.getState().connect(null);
  const take = (target: string) => {
    store.getState().edit((before) => connected(before, { source, outlet, target }));
    close();
  };
  const find = (query: string) =>
    document.graph.nodes
      .filter(({ id }) => isConnectable(document, { source, target: id }))
      .map((one) => ({ id: one.id, group: "", ...picture(one) }))
      .filter(({ title, detail }) => `${title} ${detail}`.toLowerCase().includes(query.toLowerCase()));
  const picture = (one: NonNullable<typeof node>) => {
    const { title, summary, icon, tint } = lookOf(one, document.messages);
    return { title, detail: summary, icon, tint };
  };

  return (
    <QuickPick
      at={{ x: globalThis.innerWidth / 2, y: globalThis.innerHeight / 4 }}
      label={t("pick.target")}
      placeholder={t("pick.targetSearch")}
      head={
        outlets.length > 1 && (
          <div className={styles.ways}>
            {t("pick.from")}
            <SegmentedControl
              size="xs"
              value={outlet}
              onChange={setOutlet}
              data={outlets.map(({ id, label }) => ({ value: id, label }))}
              aria-label={t("pick.from")}
            />
          </div>
        )
      }
      find={find}
      onPick={take}
      onClose={close}
    />
  );
}
