/** Beside the canvas: the chosen step, the problems, and, when asked for, the simulation or the launch. */
import { Skeleton } from "@mantine/core";
import { lazy, Suspense } from "react";

import type { Draft, Journey } from "../client/types";
import { Inspector } from "../inspector/Inspector";
import { LaunchPanel } from "../launch/LaunchPanel";
import { ProblemsPanel } from "../panels/ProblemsPanel";
import { SimulatePanel } from "../simulate/SimulatePanel";
import { t } from "../texts/texts";
import type { Autosave } from "./autosave";
import type { Checks } from "./checks";
import type { View } from "./commands";
import styles from "./Editor.module.css";
import { type PanelTab, useEditor, useEditorStore } from "./store";

interface Props {
  journey: Journey;
  draft: Draft;
  autosave: Autosave;
  checks: Checks;
  view: View;
}

const TABS: readonly PanelTab[] = ["step", "problems", "simulate", "code", "launch"];
/** With its text editor; it is fetched when it is first opened. */
const CodePane = lazy(async () => ({ default: (await import("../code/CodePane")).CodePane }));

export function EditorPanel({ journey, draft, autosave, checks, view }: Props) {
  const store = useEditorStore();
  const tab = useEditor((state) => state.tab);
  const hasBlocking = checks.problems.some(({ severity }) => severity === "blocking");
  return (
    <aside className={styles.panel} aria-label={t("panel.label")}>
      <div role="tablist" aria-label={t("panel.label")} className={styles.tabs}>
        {TABS.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            id={`tab-${one}`}
            aria-selected={tab === one}
            aria-controls="editor-panel"
            onClick={() => store.getState().show(one)}
          >
            {t(`tab.${one}`)}
            {one === "problems" && checks.problems.length > 0 && (
              <small data-tone={hasBlocking ? "bad" : "warn"} title={t("problems.count", { count: checks.problems.length })}>
                {checks.problems.length}
              </small>
            )}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="editor-panel" aria-labelledby={`tab-${tab}`} className={styles.content}>
        {tab === "step" && <Inspector problems={checks.problems} view={view} />}
        {tab === "problems" && <ProblemsPanel problems={checks.problems} />}
        {tab === "simulate" && <SimulatePanel />}
        {tab === "code" && (
          <Suspense fallback={<Skeleton height={240} m={18} />}>
            <CodePane journey={journey.id} name={journey.name} />
          </Suspense>
        )}
        {tab === "launch" && <LaunchPanel journey={journey} liveVersion={draft.live_version} autosave={autosave} />}
      </div>
    </aside>
  );
}
