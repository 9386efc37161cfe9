/** What must be right before a launch. Each open item leads to the step and the field that it is about. */
import { ArrowRight, CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";

import type { ReadinessItem } from "../client/types";
import { useEditorStore } from "../editor/store";
import { t } from "../texts/texts";
import styles from "./Launch.module.css";

export function Checklist({ items }: { items: readonly ReadinessItem[] }) {
  const store = useEditorStore();
  const open = items.filter(({ ok, blocking }) => !ok && blocking).length;
  return (
    <>
      <h2>{open === 0 ? t("launch.ready") : t("launch.notReady", { count: open })}</h2>
      <ul className={styles.checklist} aria-label={t("launch.step.checklist")}>
        {items.toSorted((one, other) => RANKS[toneOf(one)] - RANKS[toneOf(other)]).map((item) => (
          <li key={`${item.code}:${item.problem}:${item.node}:${item.detail}`} data-tone={toneOf(item)}>
            <Sign item={item} />
            {item.node === null || item.ok ? (
              <span>
                <b>{item.title}</b>
                {item.detail}
              </span>
            ) : (
              <button type="button" onClick={() => store.getState().goTo(item.node, item.field ?? item.code)}>
                <span>
                  <b>{item.title}</b>
                  {item.detail}
                </span>
                <ArrowRight size={14} aria-hidden="true" />
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

/** What is open stands above what is done. */
const RANKS = { bad: 0, warn: 1, good: 2 } as const;

function toneOf({ ok, blocking }: ReadinessItem): keyof typeof RANKS {
  if (ok) return "good";
  return blocking ? "bad" : "warn";
}

function Sign({ item }: { item: ReadinessItem }) {
  if (item.ok) return <CircleCheck size={17} aria-label={t("launch.passed")} />;
  return item.blocking ? <CircleAlert size={17} aria-label={t("problems.blocking")} /> : <TriangleAlert size={17} aria-label={t("problems.warning")} />;
}
