/** All that is wrong with the draft, worst first; each item leads to the step and the field that it is about. */
import { CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";

import type { ProblemItem } from "../client/types";
import { nodeById } from "../document/journey";
import { useDocument, useEditorStore } from "../editor/store";
import { lookOf } from "../nodes/registry";
import { t } from "../texts/texts";
import styles from "./ProblemsPanel.module.css";

export function ProblemsPanel({ problems }: { problems: readonly ProblemItem[] }) {
  const store = useEditorStore();
  const document = useDocument();
  if (problems.length === 0) {
    return (
      <p className={styles.none} role="status">
        <CircleCheck size={18} aria-hidden="true" />
        {t("problems.none")}
      </p>
    );
  }
  const sorted = problems.toSorted((one, other) => Number(other.severity === "blocking") - Number(one.severity === "blocking"));
  return (
    <ul className={styles.list} aria-label={t("problems.title")}>
      {sorted.map((problem) => {
        const isBlocking = problem.severity === "blocking";
        const Icon = isBlocking ? CircleAlert : TriangleAlert;
        const node = nodeById(document.graph, problem.node);
        return (
          <li key={`${problem.code}:${problem.node}:${problem.edge}:${problem.field}:${problem.message}`}>
            <button type="button" onClick={() => store.getState().goTo(problem.node, problem.field ?? problem.code)}>
              <Icon size={16} aria-label={t(isBlocking ? "problems.blocking" : "problems.warning")} data-tone={isBlocking ? "bad" : "warn"} />
              <span>
                {node !== undefined && <b>{lookOf(node, document.messages).title}</b>}
                {problem.message}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
