/** The draft, for those who may look at journeys but not edit them. */
import { useMemo } from "react";
import { useSearchParams } from "react-router";

import { JourneyCanvas } from "../canvas/JourneyCanvas";
import type { Journey } from "../client/types";
import { documentFrom, nodeById } from "../document/journey";
import { NodeSettings } from "../panels/NodeSettings";
import { t } from "../texts/texts";
import { JourneyBar } from "./JourneyBar";
import styles from "./JourneyPage.module.css";

export function DraftView({ journey }: { journey: Journey }) {
  const [search, setSearch] = useSearchParams();
  const document = useMemo(() => documentFrom(journey.document), [journey.document]);
  const selected = search.get("node");
  const node = nodeById(document.graph, selected);
  const change = (name: string, value: string | null) =>
    setSearch(
      (before) => {
        if (value === null) before.delete(name);
        else before.set(name, value);
        return before;
      },
      { replace: true },
    );
  return (
    <div className={styles.page}>
      <JourneyBar journey={journey} counts={undefined} isLive={false} shown={null} onShow={(number) => change("version", number === null ? "draft" : String(number))} />
      <div className={styles.body}>
        <div className={styles.canvas}>
          <JourneyCanvas document={document} hasCounts={false} counts={undefined} selected={selected} onSelect={(id) => change("node", id)} />
        </div>
        <aside className={styles.panel} aria-label={t("panel.label")}>
          <NodeSettings document={document} node={node} />
        </aside>
      </div>
    </div>
  );
}
