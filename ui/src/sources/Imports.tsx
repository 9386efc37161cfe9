/** How a feed's imports went: what was read, what had changed, what came back, and what was wrong in which line. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { Problem } from "../client/problem";
import type { Tone } from "../client/types";
import { Chip } from "../shell/Chip";
import { Moment } from "../shell/Moment";
import { ProblemState } from "../shell/ProblemState";
import { nameOf, t } from "../texts/texts";
import { countWords } from "../texts/words";
import { type Import, importsQuery, type Source } from "./queries";
import styles from "./Imports.module.css";

const TONES: Readonly<Record<Import["status"], Tone | "accent">> = {
  running: "accent",
  completed: "good",
  partial: "warn",
  failed: "bad",
};
const MOST_LINES = 8;

export function Imports({ source }: { source: Source }) {
  const imports = useQuery(importsQuery(source.id));
  return (
    <section aria-busy={imports.isPending}>
      <h3>{t("sources.imports")}</h3>
      {imports.isPending && <Skeleton height={64} />}
      {imports.isError && imports.data === undefined && (
        <ProblemState problem={Problem.of(imports.error)} onRetry={() => void imports.refetch()} />
      )}
      {imports.data?.items.length === 0 && <p>{t("sources.noImports")}</p>}
      <ol className={styles.imports}>
        {imports.data?.items.map((one, index) => (
          <li key={one.id}>
            <div className={styles.import}>
              <Chip tone={TONES[one.status]}>{nameOf("import_status", one.status)}</Chip>
              <Moment at={one.started_at} />
              <span>{t("sources.read", { items: countWords(one.items), changed: countWords(one.changed) })}</span>
              {one.restocked > 0 && (
                <span>{t("sources.restocked", { count: one.restocked, number: countWords(one.restocked) })}</span>
              )}
              {one.problem_count > 0 && (
                <span>{t("sources.problems", { count: one.problem_count, number: countWords(one.problem_count) })}</span>
              )}
            </div>
            {index === 0 && one.problems.length > 0 && (
              <dl className={styles.lines}>
                {one.problems.slice(0, MOST_LINES).map((problem) => (
                  <Line key={`${problem.line}-${problem.code}`} problem={problem} />
                ))}
              </dl>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Line({ problem }: { problem: Import["problems"][number] }) {
  return (
    <>
      <dt>{problem.line === 0 ? t("sources.file") : t("sources.line", { line: problem.line })}</dt>
      <dd>{problem.item === null ? problem.detail : `${problem.item}: ${problem.detail}`}</dd>
    </>
  );
}
