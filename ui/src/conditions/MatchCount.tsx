/** How many people a condition fits right now, asked again when the author pauses. */
import { Loader } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Users } from "lucide-react";

import { api, read } from "../client/api";
import type { Condition } from "../document/conditions";
import { useVocabulary } from "../inspector/vocabulary";
import { t } from "../texts/texts";
import { countWords } from "../texts/words";
import { isComplete } from "./clauses";
import styles from "./ConditionBuilder.module.css";

const TYPING_PAUSE_MS = 350;

export function MatchCount({ condition }: { condition: Condition | null | undefined }) {
  const { segments } = useVocabulary();
  const [settled] = useDebouncedValue(condition, TYPING_PAUSE_MS);
  const count = useQuery({
    queryKey: ["match-count", settled],
    queryFn: () => read(api.POST("/v1/conditions/count", { body: { condition: settled as never } })), // the engine judges what is unfinished
    enabled: settled != null && isComplete(settled, segments.map(({ id }) => id)),
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (condition == null || count.isError || (count.data === undefined && !count.isFetching)) return null;
  if (count.data === undefined) return <Loader size="xs" aria-label={t("state.loading")} />;
  return (
    <p className={styles.count} data-none={count.data.count === 0 || undefined} role="status">
      <Users size={14} aria-hidden="true" />
      <span>
        <b>{countWords(count.data.count)}</b> {t("condition.matchOf", { of: countWords(count.data.of), count: count.data.of })}
      </span>
    </p>
  );
}
