/** Everything that happened to a person, newest first, live. */
import { Button, Skeleton } from "@mantine/core";
import { History } from "lucide-react";
import { useSearchParams } from "react-router";

import { Problem } from "../client/problem";
import { EmptyState } from "../shell/EmptyState";
import { ProblemState } from "../shell/ProblemState";
import { ShopLink } from "../shell/ShopLink";
import { useNow } from "../shell/useNow";
import { dayWords, viewerZone } from "../texts/times";
import { t } from "../texts/texts";
import { KindFilter } from "./KindFilter";
import { kindFrom } from "./kinds";
import { byDay } from "./timeline";
import styles from "./Timeline.module.css";
import { TimelineRow } from "./TimelineRow";
import { useDeepLink } from "./useDeepLink";
import { useTimeline } from "./useTimeline";

interface Props {
  profileId: string;
  zone: string | null | undefined;
}

export function Timeline({ profileId, zone }: Props) {
  const [search, setSearch] = useSearchParams();
  const kind = kindFrom(search.get("kind"));
  const timeline = useTimeline(profileId, kind);
  const items = timeline.data?.pages.flatMap((page) => page.items) ?? [];
  const linked = useDeepLink(timeline);
  const now = useNow();

  return (
    <section className={styles.timeline} aria-label={t("timeline.title")}>
      <KindFilter kind={kind} onKind={(next) => setSearch(next === null ? {} : { kind: next }, { replace: true })} />
      {timeline.isPending && <LoadingRows />}
      {timeline.isError && timeline.data === undefined && (
        <ProblemState problem={Problem.of(timeline.error)} onRetry={() => void timeline.refetch()} />
      )}
      {timeline.isSuccess && items.length === 0 && <NothingYet isFiltered={kind !== null} />}
      {byDay(items, viewerZone()).map((day) => (
        <section key={day.key} className={styles.day}>
          <h2>{dayWords(day.items[0]?.at ?? day.key, now)}</h2>
          <ol>
            {day.items.map((item) => (
              <TimelineRow key={item.id} item={item} zone={zone} isLinked={item.id === linked} />
            ))}
          </ol>
        </section>
      ))}
      {timeline.hasNextPage && (
        <Button variant="default" size="sm" loading={timeline.isFetchingNextPage} onClick={() => void timeline.fetchNextPage()}>
          {t("timeline.more")}
        </Button>
      )}
    </section>
  );
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
