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
import { WayOut } from "../shell/WayOut";
import { t } from "../texts/texts";
import { JourneyBar } from "./JourneyBar";
import styles from "./JourneyPage.module.css";
import { journeyCountsQuery, journeyQuery, journeyVersionQuery } from "./queries";

const DRAFT = "draft";

export function JourneyPage() {
  const { journeyId = "" } = useParams();
  const journey = useQuery(journeyQuery(journeyId));
  if (journey.isPending) return <Loading />;
  if (journey.data === undefined) {
    return (
      <ProblemState
        problem={Problem.of(journey.error)}
        onRetry={() => void journey.refetch()}
        wayOut={<WayOut to="/journeys">{t("notFound.home")}</WayOut>}
      />
    );
  }
  return <OpenJourney key={journey.data.id} journey={journey.data} />;
}

function OpenJourney({ journey }: { journey: Journey }) {
  const [search, setSearch] = useSearchParams();
  const shown = shownVersion(search.get("version"), journey.version);
  const selected = search.get("node");

  const version = useQuery(journeyVersionQuery(journey.id, shown));
  const counts = useQuery(journeyCountsQuery(journey.id, shown));
  const stored = shown === null ? journey.document : version.data?.document;
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
        shown={shown}
        onShow={(number) => change("version", number === null ? DRAFT : String(number))}
      />
      <div className={styles.body}>
        <div className={styles.canvas}>
          {version.isError && <ProblemState problem={Problem.of(version.error)} onRetry={() => void version.refetch()} />}
          {document === undefined && !version.isError && <Loading />}
          {document !== undefined && (
            <JourneyCanvas
              key={shown}
              document={document}
              hasCounts={shown !== null}
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
          {document !== undefined && node === undefined && <OverviewPanel document={document} counts={counts.data} isDraft={shown === null} />}
        </aside>
      </div>
    </div>
  );
}

/** The version that the address asks for, else the live one, else the draft (null). */
function shownVersion(asked: string | null, live: number | null): number | null {
  if (asked === DRAFT) return null;
  const number = Number(asked);
  return Number.isInteger(number) && number > 0 ? number : live;
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
