/** The way back from a row to what caused it, one click a step: enrollment, restock, stock movement, delivery. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { Fragment, useId, useState } from "react";

import { readAddress } from "../client/api";
import { Problem } from "../client/problem";
import { ProblemState } from "../shell/ProblemState";
import { nameOf, t } from "../texts/texts";
import { FactList } from "./FactList";
import styles from "./Origins.module.css";

export function Origins({ links }: { links: Readonly<Record<string, string>> }) {
  const [open, setOpen] = useState<string | null>(null);
  const cardId = useId();
  const steps = Object.keys(links);
  const address = open === null ? undefined : links[open];
  if (steps.length === 0) return null;
  return (
    <div className={styles.origins}>
      <div className={styles.steps} role="group" aria-label={t("timeline.origins")}>
        {steps.map((step, index) => (
          <Fragment key={step}>
            {index > 0 && <ChevronRight size={12} aria-hidden="true" />}
            <button
              type="button"
              aria-expanded={step === open}
              aria-controls={cardId}
              onClick={() => setOpen(step === open ? null : step)}
            >
              {nameOf("origin", step)}
            </button>
          </Fragment>
        ))}
      </div>
      <div id={cardId}>{address !== undefined && <Origin key={address} address={address} />}</div>
    </div>
  );
}

function Origin({ address }: { address: string }) {
  const record = useQuery({ queryKey: ["origin", address], queryFn: () => readAddress(address) });
  if (record.isPending) return <Skeleton height={84} mt={6} />;
  if (record.isError) return <ProblemState problem={Problem.of(record.error)} onRetry={() => void record.refetch()} />;
  const { links: _, ...facts } = record.data;
  return <FactList facts={facts} />;
}
