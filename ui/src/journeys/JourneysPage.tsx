/** All journeys with their live numbers: found by name, tag and state; begun from nothing, a template or a file. */
import { Button, Chip, Group, Skeleton, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Plus, Route, Search } from "lucide-react";
import { lazy, Suspense, useState } from "react";

import { Problem } from "../client/problem";
import type { JourneyRow } from "../client/types";
import { EmptyState } from "../shell/EmptyState";
import { useMay } from "../shell/may";
import page from "../shell/page.module.css";
import { PageHeader } from "../shell/PageHeader";
import { ProblemState } from "../shell/ProblemState";
import { ShopLink } from "../shell/ShopLink";
import { t } from "../texts/texts";
import styles from "./JourneysPage.module.css";
import { JourneyTableRow } from "./JourneyTableRow";
import { journeysQuery } from "./queries";

const NewJourney = lazy(async () => ({ default: (await import("./NewJourney")).NewJourney }));

export function JourneysPage() {
  const journeys = useQuery(journeysQuery);
  const mayEdit = useMay("edit_journeys");
  const [isBeginning, setIsBeginning] = useState(false);
  const begin = () => setIsBeginning(true);
  return (
    <div className={page.page}>
      <PageHeader title={t("journeys.title")} detail={t("journeys.detail")}>
        {mayEdit && (
          <Button leftSection={<Plus size={15} aria-hidden="true" />} onClick={begin}>
            {t("journeys.new")}
          </Button>
        )}
      </PageHeader>
      {isBeginning && (
        <Suspense>
          <NewJourney onClose={() => setIsBeginning(false)} />
        </Suspense>
      )}
      <section className={page.card} aria-busy={journeys.isPending}>
        {journeys.isPending && <LoadingRows />}
        {journeys.isError && journeys.data === undefined && (
          <ProblemState problem={Problem.of(journeys.error)} onRetry={() => void journeys.refetch()} />
        )}
        {journeys.data !== undefined && <Journeys items={journeys.data.items} onBegin={mayEdit ? begin : null} />}
      </section>
    </div>
  );
}

function Journeys({ items, onBegin }: { items: readonly JourneyRow[]; onBegin: (() => void) | null }) {
  if (items.length === 0) {
    return (
      <EmptyState icon={Route} title={t("journeys.empty.title")} detail={t("journeys.empty.detail")}>
        <Group gap={8}>
          {onBegin !== null && (
            <Button size="sm" onClick={onBegin}>
              {t("journeys.empty.begin")}
            </Button>
          )}
          <ShopLink isAside={onBegin !== null} />
        </Group>
      </EmptyState>
    );
  }
  return <FoundJourneys items={items} />;
}

/** From this many journeys on there is something to look for. */
const FEW = 5;

function FoundJourneys({ items }: { items: readonly JourneyRow[] }) {
  const [query, setQuery] = useState("");
  const [tag, setTag] = useState<string | null>(null);
  const tags = [...new Set(items.flatMap((journey) => journey.tags))].toSorted();
  const found = items.filter(
    (journey) => journey.name.toLowerCase().includes(query.trim().toLowerCase()) && (tag === null || journey.tags.includes(tag)),
  );
  return (
    <>
      {(items.length > FEW || tags.length > 0) && (
        <div className={styles.tools}>
          <TextInput
            type="search"
            size="sm"
            placeholder={t("journeys.search")}
            aria-label={t("journeys.search")}
            leftSection={<Search size={15} aria-hidden="true" />}
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
          />
          <Group gap={6} role="group" aria-label={t("journeys.tags")}>
            {tags.map((one) => (
              <Chip key={one} size="xs" checked={tag === one} onChange={(isChosen) => setTag(isChosen ? one : null)}>
                {one}
              </Chip>
            ))}
          </Group>
        </div>
      )}
      {found.length === 0 ? <p className={styles.nothing}>{t("journeys.nothing")}</p> : <Table items={found} />}
    </>
  );
}

function Table({ items }: { items: readonly JourneyRow[] }) {
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
