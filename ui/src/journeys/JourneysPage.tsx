/** All journeys with their live numbers. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Route } from "lucide-react";

import { Problem } from "../client/problem";
import type { JourneyRow } from "../client/types";
import { EmptyState } from "../shell/EmptyState";
import page from "../shell/page.module.css";
import { PageHeader } from "../shell/PageHeader";
import { ProblemState } from "../shell/ProblemState";
import { ShopLink } from "../shell/ShopLink";
import { t } from "../texts/texts";
import styles from "./JourneysPage.module.css";
import { JourneyTableRow } from "./JourneyTableRow";
import { journeysQuery } from "./queries";

export function JourneysPage() {
  const journeys = useQuery(journeysQuery);
  return (
    <div className={page.page}>
      <PageHeader title={t("journeys.title")} detail={t("journeys.detail")} />
      <section className={page.card} aria-busy={journeys.isPending}>
        {journeys.isPending && <LoadingRows />}
        {journeys.isError && journeys.data === undefined && (
          <ProblemState problem={Problem.of(journeys.error)} onRetry={() => void journeys.refetch()} />
        )}
        {journeys.data !== undefined && <Journeys items={journeys.data.items} />}
      </section>
    </div>
  );
}

function Journeys({ items }: { items: readonly JourneyRow[] }) {
  if (items.length === 0) {
    return (
      <EmptyState icon={Route} title={t("journeys.empty.title")} detail={t("journeys.empty.detail")}>
        <ShopLink />
      </EmptyState>
    );
  }
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t("journeys.column.name")}</th>
          <th scope="col">{t("journeys.column.status")}</th>
          <th scope="col">{t("journeys.column.entered")}</th>
          <th scope="col">{t("journeys.column.active")}</th>
          <th scope="col">{t("journeys.column.sent")}</th>
          <th scope="col">{t("journeys.column.skipped")}</th>
          <th scope="col">{t("journeys.column.updated")}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((journey) => (
          <JourneyTableRow key={journey.id} journey={journey} />
        ))}
      </tbody>
    </table>
  );
}

function LoadingRows() {
  return (
    <div className={styles.loading} role="status" aria-label={t("state.loading")}>
      {["first", "second", "third"].map((row) => (
        <div key={row}>
          <Skeleton height={14} width="32%" />
          <Skeleton height={10} width="20%" mt={10} />
        </div>
      ))}
    </div>
  );
}
