/** One journey: its canvas with live numbers, its versions, and beside it the node that is looked at. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useParams, useSearchParams } from "react-router";

import { JourneyCanvas } from "../canvas/JourneyCanvas";
import { Problem } from "../client/problem";
import type { Journey } from "../client/types";
import { documentFrom, nodeById } from "../document/journey";
import { NodePanel } from "../panels/NodePanel";
import { OverviewPanel } from "../panels/OverviewPanel";
import { ProblemState } from "../shell/ProblemState";
import { t } from "../texts/texts";
import { JourneyBar } from "./JourneyBar";
import styles from "./JourneyPage.module.css";
import { journeyCountsQuery, journeyQuery, journeyVersionQuery } from "./queries";

export function JourneyPage() {
  const { journeyId = "" } = useParams();
  const journey = useQuery(journeyQuery(journeyId));
  if (journey.isPending) return <Loading />;
  if (journey.isError) return <ProblemState problem={Problem.of(journey.error)} onRetry={() => void journey.refetch()} />;
  return <OpenJourney key={journey.data.id} journey={journey.data} />;
}

function OpenJourney({ journey }: { journey: Journey }) {
  const [search, setSearch] = useSearchParams();
  const chosenVersion = Number(search.get("version") ?? "") || null;
  const selected = search.get("node");

  const version = useQuery(journeyVersionQuery(journey.id, chosenVersion));
  const counts = useQuery(journeyCountsQuery(journey.id, chosenVersion));
  const stored = chosenVersion === null ? journey.document : version.data?.document;
  const document = useMemo(() => stored && documentFrom(stored), [stored]);
  const node = document && nodeById(document.graph, selected);

  const change = (name: string, value: string | null) =>
    setSearch(
      (before) => {
        if (value === null) before.delete(name);
        else before.set(name, value);
        return before;
      },
      { replace: true },
    );
  const select = (id: string | null) => change("node", id);

  return (
    <div className={styles.page}>
      <JourneyBar
        journey={journey}
        counts={counts.data}
        isLive={counts.isSuccess}
        version={chosenVersion}
        onVersion={(number) => change("version", number === null ? null : String(number))}
      />
      <div className={styles.body}>
        <div className={styles.canvas}>
          {version.isError && <ProblemState problem={Problem.of(version.error)} onRetry={() => void version.refetch()} />}
          {document === undefined && !version.isError && <Loading />}
          {document !== undefined && (
            <JourneyCanvas
              key={chosenVersion}
              document={document}
              counts={counts.data}
              selected={selected}
              onSelect={select}
            />
          )}
        </div>
        <aside className={styles.panel} aria-label={t("panel.label")}>
          {counts.isError && counts.data === undefined && (
            <ProblemState problem={Problem.of(counts.error)} onRetry={() => void counts.refetch()} />
          )}
          {document !== undefined && node !== undefined && (
            <NodePanel document={document} node={node} counts={counts.data} onSelect={select} />
          )}
          {document !== undefined && node === undefined && <OverviewPanel document={document} counts={counts.data} />}
        </aside>
      </div>
    </div>
  );
}

function Loading() {
  return (
    <div className={styles.loading} role="status" aria-label={t("state.loading")}>
      {["first", "second", "third"].map((card) => (
        <Skeleton key={card} width={272} height={104} radius={12} />
      ))}
    </div>
  );
}
