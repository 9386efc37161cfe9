/** The waitlist of one variant: how many in which state, how long they have waited, and the line itself. */
import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Link } from "react-router";

import { Problem } from "../client/problem";
import type { Tone } from "../client/types";
import { Chip } from "../shell/Chip";
import { Moment } from "../shell/Moment";
import page from "../shell/page.module.css";
import { ProblemState } from "../shell/ProblemState";
import { nameOf, t } from "../texts/texts";
import { countWords, shareWords } from "../texts/words";
import { AgeBars } from "./AgeBars";
import { waitlistQuery } from "./queries";
import type { VariantDemand, WaitlistRow, WaitState } from "./types";
import styles from "./VariantLine.module.css";

const STATES = ["pending", "sent", "purchased", "failed", "expired", "unsubscribed", "held_out"] as const;
const TONES: Readonly<Record<WaitState, Tone | "accent">> = {
  pending: "accent",
  sent: "good",
  purchased: "good",
  failed: "bad",
  expired: "neutral",
  unsubscribed: "warn",
  held_out: "neutral",
};

export function VariantLine({ demand }: { demand: VariantDemand }) {
  const { sku, title } = demand.variant;
  const [state, setState] = useState<WaitState | null>(null);
  const line = useInfiniteQuery(waitlistQuery(sku, state));
  const counts = line.data?.pages[0]?.counts;
  const file = `/v1/variants/${encodeURIComponent(sku)}/waitlist.csv${state === null ? "" : `?state=${state}`}`;
  return (
    <section className={page.card} aria-labelledby="variant-title" aria-busy={line.isPending}>
      <header className={styles.head}>
        <div>
          <h2 id="variant-title">{title}</h2>
          <p className="mono">{sku}</p>
        </div>
        <Button component="a" href={file} download variant="default" size="xs" leftSection={<Download size={14} aria-hidden="true" />}>
          {t("waitlist.csv")}
        </Button>
      </header>
      <dl className={styles.figures}>
        <Figure name={t("waitlist.open")} value={countWords(demand.open)} isLit={demand.open > 0} />
        <Figure name={t("waitlist.asked")} value={shareWords(demand.asked, demand.open)} />
        <Figure name={t("waitlist.oldest")} value={demand.oldest === null ? "–" : <Moment at={demand.oldest} />} />
        <Figure name={t("waitlist.conversion")} value={conversionOf(demand)} />
      </dl>
      <AgeBars ages={demand.ages} />
      <fieldset className={styles.states} aria-label={t("waitlist.states")}>
        <StateButton isOn={state === null} onChoose={() => setState(null)}>
          {t("waitlist.all")}
        </StateButton>
        {STATES.filter((one) => (counts?.[one] ?? 0) > 0 || one === state).map((one) => (
          <StateButton key={one} isOn={one === state} onChoose={() => setState(one)}>
            {nameOf("wait_state", one)} <b className="numbers">{countWords(counts?.[one] ?? 0)}</b>
          </StateButton>
        ))}
      </fieldset>
      {line.isError && line.data === undefined && (
        <ProblemState problem={Problem.of(line.error)} onRetry={() => void line.refetch()} />
      )}
      {line.isPending && <Skeleton height={180} m={20} />}
      <Entries entries={line.data?.pages.flatMap(({ entries }) => entries) ?? []} />
      {line.hasNextPage && (
        <Button variant="subtle" fullWidth loading={line.isFetchingNextPage} onClick={() => void line.fetchNextPage()}>
          {t("waitlist.morePeople")}
        </Button>
      )}
    </section>
  );
}

function Entries({ entries }: { entries: readonly WaitlistRow[] }) {
  return (
    <ol className={styles.entries}>
      {entries.map((entry) => (
        <li key={entry.id}>
          <Link to={`/people/${encodeURIComponent(entry.profile_id)}`} title={entry.contact ?? undefined}>
            {entry.contact ?? t("waitlist.anonymous")}
          </Link>
          <span>{nameOf("source", entry.source)}</span>
          <Moment at={entry.created_at} />
          <Chip tone={TONES[entry.state]} title={entry.reason === null ? undefined : nameOf("reason", entry.reason)}>
            {nameOf("wait_state", entry.state)}
          </Chip>
        </li>
      ))}
    </ol>
  );
}

function Figure({ name, value, isLit = false }: { name: string; value: ReactNode; isLit?: boolean }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-lit={isLit || undefined}>{value}</dd>
    </div>
  );
}

function StateButton({ isOn, onChoose, children }: { isOn: boolean; onChoose: () => void; children: ReactNode }) {
  return (
    <button type="button" className={styles.state} aria-pressed={isOn} onClick={onChoose}>
      {children}
    </button>
  );
}

/** The share of buyers over the newest restocks. */
function conversionOf({ restocks }: VariantDemand): string {
  const released = restocks.reduce((sum, one) => sum + one.released, 0);
  const bought = restocks.reduce((sum, one) => sum + one.bought, 0);
  return released === 0 ? "–" : shareWords(bought, released);
}
