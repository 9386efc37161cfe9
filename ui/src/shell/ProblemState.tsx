/** What went wrong, what to do, a way to try again, and the code that support asks for. */
import { Button } from "@mantine/core";
import { CloudOff, RotateCw, SearchX } from "lucide-react";

import type { ReactNode } from "react";

import type { Problem } from "../client/problem";
import { t } from "../texts/texts";
import styles from "./states.module.css";

interface Props {
  problem: Problem;
  onRetry: () => void;
  /** Whether it fills the window rather than a part of a page. */
  isPage?: boolean;
  /** The way out where trying again cannot help, since what was asked for is not there. */
  wayOut?: ReactNode;
}

export function ProblemState({ problem, onRetry, isPage = false, wayOut }: Props) {
  const Heading = isPage ? "h1" : "h2";
  const Icon = problem.isNotFound ? SearchX : CloudOff;
  return (
    <div className={styles.state} role="alert" data-page={isPage || undefined}>
      <span className={styles.icon} data-tone={problem.isNotFound ? "neutral" : "bad"}>
        <Icon size={20} aria-hidden="true" />
      </span>
      <Heading>{problem.title}</Heading>
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
      {problem.isNotFound && wayOut !== undefined ? (
        wayOut
      ) : (
        <Button variant="default" size="sm" leftSection={<RotateCw size={15} />} onClick={onRetry}>
          {t("state.retry")}
        </Button>
      )}
      <small className="mono">{t("state.code", { code: problem.code })}</small>
    </div>
  );
}
