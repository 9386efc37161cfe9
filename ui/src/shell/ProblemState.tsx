/** What went wrong, what to do, a way to try again, and the code that support asks for. */
import { Button } from "@mantine/core";
import { CloudOff, RotateCw } from "lucide-react";

import type { Problem } from "../client/problem";
import { t } from "../texts/texts";
import styles from "./states.module.css";

interface Props {
  problem: Problem;
  onRetry: () => void;
  /** Whether it fills the window rather than a part of a page. */
  isPage?: boolean;
}

export function ProblemState({ problem, onRetry, isPage = false }: Props) {
  return (
    <div className={styles.state} role="alert" data-page={isPage || undefined}>
      <span className={styles.icon} data-tone="bad">
        <CloudOff size={20} aria-hidden="true" />
      </span>
      <h2>{problem.title}</h2>
      <p>{problem.detail}</p>
      {problem.errors.length > 0 && (
        <ul>
          {problem.errors.map((error) => (
            <li key={`${error.field}:${error.code}`}>
              <span className="mono">{error.field}</span> {error.detail}
            </li>
          ))}
        </ul>
      )}
      <Button variant="default" size="sm" leftSection={<RotateCw size={15} />} onClick={onRetry}>
        {t("state.retry")}
      </Button>
      <small className="mono">{t("state.code", { code: problem.code })}</small>
    </div>
  );
}
