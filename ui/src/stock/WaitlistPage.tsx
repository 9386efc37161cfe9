/** Who waits for what: variants by demand on the left, the line of the chosen one on the right. */
import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Download, Hourglass } from "lucide-react";
import { useSearchParams } from "react-router";

import { Problem } from "../client/problem";
import { EmptyState } from "../shell/EmptyState";
import page from "../shell/page.module.css";
import { PageHeader } from "../shell/PageHeader";
import { ProblemState } from "../shell/ProblemState";
import { ShopLink } from "../shell/ShopLink";
import { t } from "../texts/texts";
import { countWords } from "../texts/words";
import { demandQuery } from "./queries";
import type { VariantDemand } from "./types";
import { VariantLine } from "./VariantLine";
import styles from "./WaitlistPage.module.css";

export function WaitlistPage() {
  const demand = useInfiniteQuery(demandQuery);
  const [search, setSearch] = useSearchParams();
  const items = demand.data?.pages.flatMap((one) => one.items) ?? [];
  const chosen = items.find(({ variant }) => variant.sku === search.get("variant")) ?? items[0];

  return (
    <div className={page.page}>
      <PageHeader title={t("waitlist.title")} detail={t("waitlist.detail")}>
        <Button component="a" href="/v1/demand.csv" download variant="default" leftSection={<Download size={15} aria-hidden="true" />}>
          {t("waitlist.report")}
        </Button>
      </PageHeader>
      {demand.isPending && <LoadingLines />}
      {demand.isError && demand.data === undefined && (
        <section className={page.card}>
          <ProblemState problem={Problem.of(demand.error)} onRetry={() => void demand.refetch()} />
        </section>
      )}
      {demand.data !== undefined && chosen === undefined && (
        <section className={page.card}>
          <EmptyState icon={Hourglass} title={t("waitlist.empty.title")} detail={t("waitlist.empty.detail")}>
            <ShopLink />
          </EmptyState>
        </section>
      )}
      {chosen !== undefined && (
        <div className={styles.columns}>
          <nav className={page.card} aria-label={t("waitlist.variants")}>
            <ul className={styles.variants}>
              {items.map((one) => (
                <VariantRow
                  key={one.variant.sku}
                  demand={one}
                  most={items[0]?.open ?? 0}
                  isChosen={one === chosen}
                  onChoose={() => setSearch({ variant: one.variant.sku }, { replace: true })}
                />
              ))}
            </ul>
            {demand.hasNextPage && (
              <Button
                variant="subtle"
                fullWidth
                loading={demand.isFetchingNextPage}
                onClick={() => void demand.fetchNextPage()}
                className={styles.more}
              >
                {t("waitlist.more")}
              </Button>
            )}
          </nav>
          <VariantLine key={chosen.variant.sku} demand={chosen} />
        </div>
      )}
    </div>
  );
}

interface RowProps {
  demand: VariantDemand;
  most: number;
  isChosen: boolean;
  onChoose: () => void;
}

function VariantRow({ demand, most, isChosen, onChoose }: RowProps) {
  return (
    <li>
      <button type="button" className={styles.variant} aria-current={isChosen || undefined} onClick={onChoose}>
        <span className={styles.title}>{demand.variant.title}</span>
        <b className="numbers">{countWords(demand.open)}</b>
        <small className="mono">{demand.variant.sku}</small>
        <i aria-hidden="true">
          <i style={{ width: most === 0 ? 0 : `${(demand.open / most) * 100}%` }} />
        </i>
      </button>
    </li>
  );
}

function LoadingLines() {
  return (
    <div className={styles.columns} role="status" aria-label={t("state.loading")}>
      <div className={page.card}>
        {["first", "second", "third", "fourth"].map((row) => (
          <div key={row} className={styles.variant}>
            <Skeleton height={13} width="70%" />
            <Skeleton height={10} width="40%" />
          </div>
        ))}
      </div>
      <div className={`${page.card} ${styles.loading}`}>
        <Skeleton height={18} width="45%" />
        <Skeleton height={64} mt={20} />
        <Skeleton height={220} mt={20} />
      </div>
    </div>
  );
}
