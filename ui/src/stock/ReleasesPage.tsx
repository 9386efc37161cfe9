/** Releases as they go: how many were let in, told and bought, what is left, and what comes next. */
import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { PackageOpen } from "lucide-react";

import { Problem } from "../client/problem";
import { EmptyState } from "../shell/EmptyState";
import page from "../shell/page.module.css";
import { PageHeader } from "../shell/PageHeader";
import { ProblemState } from "../shell/ProblemState";
import { ShopLink } from "../shell/ShopLink";
import { t } from "../texts/texts";
import { releasesQuery } from "./queries";
import { ReleaseCard } from "./ReleaseCard";
import styles from "./ReleasesPage.module.css";

export function ReleasesPage() {
  const releases = useInfiniteQuery(releasesQuery);
  const items = releases.data?.pages.flatMap((one) => one.items) ?? [];
  const live = items.filter(({ status }) => status !== "ended");
  const over = items.filter(({ status }) => status === "ended");
  return (
    <div className={page.page}>
      <PageHeader title={t("releases.title")} detail={t("releases.detail")} />
      {releases.isPending && (
        <div className={styles.list} role="status" aria-label={t("state.loading")}>
          <Skeleton height={168} radius="md" />
          <Skeleton height={168} radius="md" />
        </div>
      )}
      {releases.isError && releases.data === undefined && (
        <section className={page.card}>
          <ProblemState problem={Problem.of(releases.error)} onRetry={() => void releases.refetch()} />
        </section>
      )}
      {releases.data !== undefined && items.length === 0 && (
        <section className={page.card}>
          <EmptyState icon={PackageOpen} title={t("releases.empty.title")} detail={t("releases.empty.detail")}>
            <ShopLink />
          </EmptyState>
        </section>
      )}
      {[
        { name: t("releases.live"), some: live },
        { name: t("releases.over"), some: over },
      ]
        .filter(({ some }) => some.length > 0)
        .map(({ name, some }) => (
          <section key={name} aria-label={name}>
            <h2 className={styles.group}>{name}</h2>
            <ul className={styles.list}>
              {some.map((release) => (
                <li key={release.id} className={page.card}>
                  <ReleaseCard release={release} />
                </li>
              ))}
            </ul>
          </section>
        ))}
      {releases.hasNextPage && (
        <div className={styles.more}>
          <Button variant="default" loading={releases.isFetchingNextPage} onClick={() => void releases.fetchNextPage()}>
            {t("releases.more")}
          </Button>
        </div>
      )}
    </div>
  );
}
