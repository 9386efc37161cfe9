/** Find a person. */
import { Button, Loader, Skeleton, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Search, SearchX, Users } from "lucide-react";
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";

import { Problem } from "../client/problem";
import type { ProfileRow } from "../client/types";
import { EmptyState } from "../shell/EmptyState";
import page from "../shell/page.module.css";
import { PageHeader } from "../shell/PageHeader";
import { ProblemState } from "../shell/ProblemState";
import { ShopLink } from "../shell/ShopLink";
import { t } from "../texts/texts";
import styles from "./PeoplePage.module.css";
import { PersonRow } from "./PersonRow";
import { profilesQuery } from "./queries";

const TYPING_PAUSE_MS = 150;

export function PeoplePage() {
  const [search, setSearch] = useSearchParams();
  const [typed, setTyped] = useState(search.get("query") ?? "");
  const [query] = useDebouncedValue(typed.trim(), TYPING_PAUSE_MS);
  const people = useInfiniteQuery(profilesQuery(query));

  useEffect(() => setSearch(query === "" ? {} : { query }, { replace: true }), [query, setSearch]);

  return (
    <div className={page.page}>
      <PageHeader title={t("people.title")} detail={t("people.detail")} />
      <TextInput
        type="search"
        size="md"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        placeholder={t("people.search")}
        aria-label={t("people.search")}
        leftSection={<Search size={16} aria-hidden="true" />}
        rightSection={people.isFetching && typed !== "" ? <Loader size={14} aria-hidden="true" /> : undefined}
        className={styles.search}
      />
      <section className={page.card} aria-busy={people.isPending} aria-live="polite">
        {people.isPending && <LoadingRows />}
        {people.isError && people.data === undefined && (
          <ProblemState problem={Problem.of(people.error)} onRetry={() => void people.refetch()} />
        )}
        {people.data !== undefined && <People items={people.data.pages.flatMap(({ items }) => items)} query={query} />}
      </section>
      {people.hasNextPage && (
        <div className={styles.more}>
          <Button variant="default" size="sm" loading={people.isFetchingNextPage} onClick={() => void people.fetchNextPage()}>
            {t("people.more")}
          </Button>
        </div>
      )}
    </div>
  );
}

function People({ items, query }: { items: readonly ProfileRow[]; query: string }) {
  if (items.length === 0 && query !== "") {
    return <EmptyState icon={SearchX} title={t("people.nobody.title", { query })} detail={t("people.nobody.detail")} />;
  }
  if (items.length === 0) {
    return (
      <EmptyState icon={Users} title={t("people.empty.title")} detail={t("people.empty.detail")}>
        <ShopLink />
      </EmptyState>
    );
  }
  return (
    <ul className={styles.list}>
      {items.map((profile) => (
        <PersonRow key={profile.id} profile={profile} typed={query} />
      ))}
    </ul>
  );
}

function LoadingRows() {
  return (
    <div className={styles.list} role="status" aria-label={t("state.loading")}>
      {["first", "second", "third", "fourth"].map((row) => (
        <div key={row} className={styles.loading}>
          <Skeleton height={36} circle />
          <div>
            <Skeleton height={13} width={180} />
            <Skeleton height={10} width={120} mt={8} />
          </div>
        </div>
      ))}
    </div>
  );
}
