/** A published version with its live numbers, and beside it the node that is looked at or the people behind a number. */
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";

import { ShowPeopleContext } from "../canvas/actions";
import { JourneyCanvas } from "../canvas/JourneyCanvas";
import { Problem } from "../client/problem";
import type { Journey } from "../client/types";
import { documentFrom, nodeById } from "../document/journey";
import type { Behind } from "../panels/behind";
import { NodePanel } from "../panels/NodePanel";
import { OverviewPanel } from "../panels/OverviewPanel";
import { PeoplePanel } from "../panels/PeoplePanel";
import { useMay } from "../shell/may";
import { ProblemState } from "../shell/ProblemState";
import { useNow } from "../shell/useNow";
import { t } from "../texts/texts";
import { CardsLoading } from "./CardsLoading";
import { daysFrom } from "./days";
import { JourneyBar } from "./JourneyBar";
import styles from "./JourneyPage.module.css";
import { useLiveCounts } from "./liveCounts";
import { journeyVersionQuery } from "./queries";

export function LiveJourney({ journey, shown }: { journey: Journey; shown: number }) {
  const [search, setSearch] = useSearchParams();
  const selected = search.get("node");
  const [asked, setAsked] = useState<Behind | null>(null);
  const seesPeople = useMay("see_people");
  const now = useNow();
  const days = daysFrom(search, now);

  const version = useQuery(journeyVersionQuery(journey.id, shown));
  const counts = useLiveCounts(journey.id, shown, days);
  const stored = version.data?.document;
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
  const select = (id: string | null) => {
    setAsked(null);
    change("node", id);
  };

  return (
    <div className={styles.page}>
      <JourneyBar
        journey={journey}
        counts={counts.data}
        isLive={counts.isSuccess}
        shown={shown}
        onShow={(number) => change("version", number === null ? "draft" : String(number))}
      />
      <div className={styles.body}>
        <div className={styles.canvas}>
          {version.isError && <ProblemState problem={Problem.of(version.error)} onRetry={() => void version.refetch()} />}
          {document === undefined && !version.isError && <CardsLoading />}
          {document !== undefined && (
            <ShowPeopleContext value={seesPeople ? setAsked : null}>
              <JourneyCanvas key={shown} document={document} hasCounts counts={counts.data} selected={selected} onSelect={select} />
            </ShowPeopleContext>
          )}
        </div>
        <aside className={styles.panel} aria-label={t("panel.label")}>
          {counts.isError && counts.data === undefined && (
            <ProblemState problem={Problem.of(counts.error)} onRetry={() => void counts.refetch()} />
          )}
          {document !== undefined && asked !== null && (
            <PeoplePanel journeyId={journey.id} version={shown} days={days} document={document} behind={asked} onClose={() => setAsked(null)} />
          )}
          {document !== undefined && asked === null && node !== undefined && (
            <NodePanel document={document} node={node} counts={counts.data} onSelect={select} onAsk={setAsked} />
          )}
          {document !== undefined && asked === null && node === undefined && (
            <OverviewPanel document={document} counts={counts.data} onAsk={setAsked} />
          )}
        </aside>
      </div>
    </div>
  );
}
