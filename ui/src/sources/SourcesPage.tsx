/** Where everything comes from: how far its routing is, how each source is doing, and what could not be used. */
import { Button, Group, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Plus, Puzzle, RadioTower } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";

import { Problem } from "../client/problem";
import { EmptyState } from "../shell/EmptyState";
import page from "../shell/page.module.css";
import { PageHeader } from "../shell/PageHeader";
import { ProblemState } from "../shell/ProblemState";
import { useNow } from "../shell/useNow";
import { t } from "../texts/texts";
import { agoWords } from "../texts/times";
import { countWords } from "../texts/words";
import { DeadLetters } from "./DeadLetters";
import { NewSourceDialog } from "./NewSourceDialog";
import { type SourceList, sourcesQuery } from "./queries";
import { SourceCard } from "./SourceCard";
import styles from "./SourcesPage.module.css";

export function SourcesPage() {
  const sources = useQuery(sourcesQuery);
  const [isMaking, setMaking] = useState(false);
  return (
    <div className={page.page}>
      <PageHeader title={t("sources.title")} detail={t("sources.detail")}>
        <Group gap={8}>
          <Button component={Link} to="/plugins" variant="default" leftSection={<Puzzle size={15} aria-hidden="true" />}>
            {t("plugins.title")}
          </Button>
          <Button leftSection={<Plus size={15} aria-hidden="true" />} onClick={() => setMaking(true)}>
            {t("sources.add")}
          </Button>
        </Group>
      </PageHeader>
      <NewSourceDialog isOpen={isMaking} onClose={() => setMaking(false)} />
      {sources.isPending && (
        <div className={styles.list} role="status" aria-label={t("state.loading")}>
          <Skeleton height={84} radius="md" />
          <Skeleton height={84} radius="md" />
          <Skeleton height={84} radius="md" />
        </div>
      )}
      {sources.isError && sources.data === undefined && (
        <section className={page.card}>
          <ProblemState problem={Problem.of(sources.error)} onRetry={() => void sources.refetch()} />
        </section>
      )}
      {sources.data !== undefined && (
        <>
          <Routing routing={sources.data.routing} />
          {sources.data.items.length === 0 ? (
            <section className={page.card}>
              <EmptyState icon={RadioTower} title={t("sources.empty.title")} detail={t("sources.empty.detail")}>
                <Button size="sm" leftSection={<Plus size={15} aria-hidden="true" />} onClick={() => setMaking(true)}>
                  {t("sources.new")}
                </Button>
              </EmptyState>
            </section>
          ) : (
            <ul className={styles.list} aria-label={t("sources.title")}>
              {sources.data.items.map((source) => (
                <li key={source.id} className={page.card}>
                  <SourceCard source={source} />
                </li>
              ))}
            </ul>
          )}
          <DeadLetters />
        </>
      )}
    </div>
  );
}

/** What was taken in and has still to reach the journeys. */
function Routing({ routing }: Pick<SourceList, "routing">) {
  const now = useNow();
  const tone = routing.failing > 0 ? "bad" : routing.open > 0 ? "warn" : "good";
  return (
    <section className={styles.routing} data-tone={tone} aria-label={t("sources.routing")}>
      <i aria-hidden="true" />
      <p>
        <b>{routing.open === 0 ? t("sources.routed") : t("sources.open", { count: routing.open, number: countWords(routing.open) })}</b>
        {routing.oldest_at !== null && <span>{t("sources.oldest", { ago: agoWords(routing.oldest_at, now) })}</span>}
        {routing.failing > 0 && <span>{t("sources.failing", { count: routing.failing, number: countWords(routing.failing) })}</span>}
      </p>
    </section>
  );
}
