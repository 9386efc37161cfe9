/** Everything that happened to a person, newest first, live; or from a day in the past on. */
import { Skeleton } from "@mantine/core";
import { History } from "lucide-react";
import { useMemo } from "react";
import { useSearchParams } from "react-router";

import { Problem } from "../client/problem";
import { EmptyState } from "../shell/EmptyState";
import { ProblemState } from "../shell/ProblemState";
import { ShopLink } from "../shell/ShopLink";
import { useNow } from "../shell/useNow";
import { dayWords, exactWords, viewerZone } from "../texts/times";
import { t } from "../texts/texts";
import { DayPicker } from "./DayPicker";
import { KindFilter } from "./KindFilter";
import { kindFrom } from "./kinds";
import { MoreRows } from "./MoreRows";
import { byDay } from "./timeline";
import styles from "./Timeline.module.css";
import { TimelineBlock } from "./TimelineBlock";
import { useDeepLink } from "./useDeepLink";
import { useTimeline } from "./useTimeline";

interface Props {
  profileId: string;
  zone: string | null | undefined;
}

export function Timeline({ profileId, zone }: Props) {
  const [search, setSearch] = useSearchParams();
  const kind = kindFrom(search.get("kind"));
  const until = instantFrom(search.get("until"));
  const timeline = useTimeline(profileId, kind, until);
  const linked = useDeepLink(timeline);
  const now = useNow();
  const { data } = timeline;
  const days = useMemo(() => (data === undefined ? [] : byDay(data, viewerZone())), [data]);

  const look = (name: "kind" | "until", value: string | null) => {
    const { [name]: _, ...rest } = Object.fromEntries(search);
    setSearch(value === null ? rest : { ...rest, [name]: value }, { replace: true });
  };

  return (
    <section className={styles.timeline} aria-label={t("timeline.title")}>
      <div className={styles.tools}>
        <KindFilter kind={kind} onKind={(next) => look("kind", next)} />
        <DayPicker until={until} onUntil={(next) => look("until", next)} />
      </div>
      {until !== null && (
        <p className={styles.past}>
          {t("timeline.until", { at: exactWords(until) })}
          <button type="button" onClick={() => look("until", null)}>
            {t("timeline.newest")}
          </button>
        </p>
      )}
      {timeline.isPending && <LoadingRows />}
      {timeline.isError && timeline.data === undefined && (
        <ProblemState problem={Problem.of(timeline.error)} onRetry={() => void timeline.refetch()} />
      )}
      {timeline.isSuccess && days.length === 0 && <NothingYet isFiltered={kind !== null || until !== null} />}
      {days.map(({ key, blocks }) => (
        <section key={key} className={styles.day}>
          <h2>{dayWords(blocks[0]?.items[0]?.at ?? key, now)}</h2>
          {blocks.map((block) => (
            <TimelineBlock key={block.key} block={block} zone={zone} linked={linked} />
          ))}
        </section>
      ))}
      {timeline.hasNextPage && <MoreRows timeline={timeline} />}
    </section>
  );
}

/** An instant of the address, where it is one. */
function instantFrom(text: string | null): string | null {
  return text !== null && !Number.isNaN(Date.parse(text)) ? text : null;
}

function NothingYet({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) return <EmptyState icon={History} title={t("timeline.noneOfKind")} detail={t("timeline.chooseAll")} />;
  return (
    <EmptyState icon={History} title={t("timeline.empty.title")} detail={t("timeline.empty.detail")}>
      <ShopLink />
    </EmptyState>
  );
}

function LoadingRows() {
  return (
    <div className={styles.loading} role="status" aria-label={t("state.loading")}>
      {["first", "second", "third", "fourth"].map((row) => (
        <Skeleton key={row} height={34} />
      ))}
    </div>
  );
}
