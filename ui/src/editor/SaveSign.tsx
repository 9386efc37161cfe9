/** Whether everything is saved, in a word; and a banner while the server cannot be reached. */
import { Check, CloudOff, Hourglass, Loader2, PencilLine, TriangleAlert } from "lucide-react";

import { Moment } from "../shell/Moment";
import { t } from "../texts/texts";
import type { SaveState } from "./saver";
import styles from "./SaveSign.module.css";

export function SaveSign({ state }: { state: SaveState }) {
  const { icon: Icon, words, tone } = signOf(state);
  return (
    <span className={styles.sign} data-tone={tone} role="status" data-save={state.kind}>
      <Icon size={14} aria-hidden="true" className={state.kind === "saving" ? styles.turning : undefined} />
      {words}
      {state.kind === "saved" && state.at !== null && <Moment at={state.at} />}
    </span>
  );
}

function signOf(state: SaveState) {
  switch (state.kind) {
    case "saved":
      return { icon: Check, words: t("save.saved"), tone: "neutral" };
    case "waiting":
      return { icon: PencilLine, words: t("save.waiting"), tone: "neutral" };
    case "saving":
      return { icon: Loader2, words: t("save.saving"), tone: state.isSlow ? "warn" : "neutral" };
    case "offline":
      return { icon: CloudOff, words: t("save.offline"), tone: "warn" };
    case "refused":
      return { icon: TriangleAlert, words: t("save.refused"), tone: "bad" };
    case "conflict":
      return { icon: TriangleAlert, words: t("save.conflict"), tone: "bad" };
  }
}

/** What the author should know while the sign alone would not say enough. */
export function SaveBanner({ state }: { state: SaveState }) {
  if (state.kind === "offline") {
    return (
      <p className={styles.banner} data-tone="warn" role="alert">
        <CloudOff size={16} aria-hidden="true" />
        {t("save.offlineDetail")}
      </p>
    );
  }
  if (state.kind === "saving" && state.isSlow) {
    return (
      <p className={styles.banner} data-tone="warn" role="status">
        <Hourglass size={16} aria-hidden="true" />
        {t("save.slowDetail")}
      </p>
    );
  }
  if (state.kind === "refused") {
    return (
      <p className={styles.banner} data-tone="bad" role="alert">
        <TriangleAlert size={16} aria-hidden="true" />
        {t("save.refusedDetail", { detail: state.problem.detail || state.problem.title })}
      </p>
    );
  }
  return null;
}
