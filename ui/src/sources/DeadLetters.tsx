/** What was received and could not be used: why, and once what was missing has come, again. */
import { Button, Checkbox } from "@mantine/core";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { MailCheck, RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";

import { Problem } from "../client/problem";
import { EmptyState } from "../shell/EmptyState";
import { Moment } from "../shell/Moment";
import page from "../shell/page.module.css";
import { ProblemState } from "../shell/ProblemState";
import { t } from "../texts/texts";
import styles from "./DeadLetters.module.css";
import { type Letter, lettersQuery, type Settling, settleLetters } from "./queries";

export function DeadLetters() {
  const letters = useInfiniteQuery(lettersQuery);
  const settle = useMutation(settleLetters);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const items = letters.data?.pages.flatMap((one) => one.items) ?? [];
  const ids = items.map(({ id }) => id).filter((id) => chosen.has(id));
  const act = (how: Settling) => settle.mutate({ how, ids }, { onSuccess: () => setChosen(new Set()) });
  return (
    <section className={styles.section} aria-labelledby="dead-letters">
      <header className={styles.head}>
        <div>
          <h2 id="dead-letters">{t("letters.title")}</h2>
          <p>{t("letters.detail")}</p>
        </div>
        {items.length > 0 && (
          <div className={styles.acts}>
            <Button
              size="xs"
              leftSection={<RotateCcw size={13} aria-hidden="true" />}
              disabled={ids.length === 0}
              loading={settle.isPending && settle.variables.how === "replay"}
              onClick={() => act("replay")}
            >
              {t("letters.replay", { count: ids.length })}
            </Button>
            <Button
              size="xs"
              variant="default"
              leftSection={<Trash2 size={13} aria-hidden="true" />}
              disabled={ids.length === 0}
              loading={settle.isPending && settle.variables.how === "dismiss"}
              onClick={() => act("dismiss")}
            >
              {t("letters.dismiss")}
            </Button>
          </div>
        )}
      </header>
      <p role="status" className={styles.outcome}>
        {settle.isError && Problem.of(settle.error).detail}
        {settle.isSuccess && settle.data.remaining > 0 && t("letters.remaining", { count: settle.data.remaining })}
      </p>
      <div className={page.card}>
        {letters.isError && letters.data === undefined && (
          <ProblemState problem={Problem.of(letters.error)} onRetry={() => void letters.refetch()} />
        )}
        {letters.data !== undefined && items.length === 0 && (
          <EmptyState icon={MailCheck} title={t("letters.empty.title")} detail={t("letters.empty.detail")} />
        )}
        {items.length > 0 && (
          <ol className={styles.letters}>
            <li className={styles.every}>
              <Checkbox
                size="xs"
                label={t("letters.every")}
                checked={ids.length === items.length}
                indeterminate={ids.length > 0 && ids.length < items.length}
                onChange={({ currentTarget }) => setChosen(new Set(currentTarget.checked ? items.map(({ id }) => id) : []))}
              />
            </li>
            {items.map((letter) => (
              <Row
                key={letter.id}
                letter={letter}
                isChosen={chosen.has(letter.id)}
                onChoose={(isOn) => setChosen(isOn ? new Set([...chosen, letter.id]) : new Set([...chosen].filter((id) => id !== letter.id)))}
              />
            ))}
          </ol>
        )}
        {letters.hasNextPage && (
          <Button variant="subtle" fullWidth loading={letters.isFetchingNextPage} onClick={() => void letters.fetchNextPage()}>
            {t("letters.more")}
          </Button>
        )}
      </div>
    </section>
  );
}

function Row({ letter, isChosen, onChoose }: { letter: Letter; isChosen: boolean; onChoose: (isOn: boolean) => void }) {
  return (
    <li className={styles.letter}>
      <Checkbox
        size="xs"
        aria-label={t("letters.choose", { reason: letter.reason })}
        checked={isChosen}
        onChange={({ currentTarget }) => onChoose(currentTarget.checked)}
      />
      <div>
        <p>{letter.reason}</p>
        <p className={styles.origin}>
          <span>{letter.source}</span>
          <Moment at={letter.received_at} />
          <span className="mono">{letter.code}</span>
        </p>
        <details>
          <summary>{t("letters.payload")}</summary>
          <pre>{JSON.stringify(letter.payload, null, 2)}</pre>
        </details>
      </div>
    </li>
  );
}
