/** The editor: tool bar, canvas and panel around one draft. */
// oxlint-disable-next-line import/no-unassigned-import -- it adds its words
import "../texts/editing";

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ReactFlowProvider } from "@xyflow/react";
import { useCallback, useMemo, useState } from "react";
import { useSearchParams } from "react-router";

import { EditActionsContext } from "../canvas/actions";
import { EditorCanvas } from "../canvas/EditorCanvas";
import { Problem } from "../client/problem";
import type { Draft, Journey } from "../client/types";
import { noteChanged } from "../edits/notes";
import { draftQuery } from "../journeys/queries";
import { useOfferActions } from "../shell/pageActions";
import { LINK_NAME } from "../simulate/setting";
import { ProblemState } from "../shell/ProblemState";
import { t } from "../texts/texts";
import { type Autosave, useAutosave } from "./autosave";
import { useChecks } from "./checks";
import { COMMAND_LIST, run } from "./commands";
import { ConflictDialog } from "./ConflictDialog";
import { ConnectPicker } from "./ConnectPicker";
import styles from "./Editor.module.css";
import { beginning } from "./draft";
import { EditorBar } from "./EditorBar";
import { EditorControls } from "./EditorControls";
import { EditorPanel } from "./EditorPanel";
import { EmptyCanvas } from "./EmptyCanvas";
import { HelpDialog } from "./HelpDialog";
import { shortcutWords } from "./keys";
import { Palette } from "./Palette";
import { SaveBanner } from "./SaveSign";
import { StepPicker } from "./StepPicker";
import { createEditorStore, EditorContext, useDocument, useEditor, useEditorStore } from "./store";
import { useClipboard } from "./useClipboard";
import { useKeys } from "./useKeys";
import { useView } from "./useView";

export function Editor({ journey }: { journey: Journey }) {
  const draft = useQuery(draftQuery(journey.id));
  if (draft.data !== undefined) return <OpenEditor key={journey.id} journey={journey} draft={draft.data} />;
  if (draft.isError) return <ProblemState problem={Problem.of(draft.error)} onRetry={() => void draft.refetch()} />;
  return <Skeleton m={64} height={104} width={272} radius={12} role="status" aria-label={t("state.loading")} />;
}

function OpenEditor({ journey, draft }: { journey: Journey; draft: Draft }) {
  const [began] = useState(() => beginning(journey.id, draft));
  const [search] = useSearchParams();
  const [store] = useState(() => {
    const fresh = createEditorStore(began.document);
    if (began.kept !== null) fresh.getState().replace(began.kept);
    if (search.has(LINK_NAME)) fresh.getState().show("simulate");
    return fresh;
  });
  const autosave = useAutosave(store, journey.id, began);
  return (
    <EditorContext value={store}>
      <ReactFlowProvider>
        <Workbench journey={journey} draft={draft} autosave={autosave} />
      </ReactFlowProvider>
    </EditorContext>
  );
}

interface Props {
  journey: Journey;
  draft: Draft;
  autosave: Autosave;
}

function Workbench({ journey, draft, autosave }: Props) {
  const store = useEditorStore();
  const document = useDocument();
  const marks = useEditor((state) => state.marks);
  const checks = useChecks(journey.id, document);
  const view = useView();
  const [isRefused, setIsRefused] = useState(false);

  useKeys(store, view);
  useClipboard(store, useCallback(() => setIsRefused(true), []));
  useOfferActions(
    useCallback(
      () =>
        COMMAND_LIST.filter((command) => command.isEnabled({ state: store.getState(), view })).map((command) => ({
          id: command.id,
          label: command.label,
          detail: shortcutWords(command.shortcuts[0] ?? ""),
          icon: command.icon,
          perform: () => run(command, { state: store.getState(), view }),
        })),
      [store, view],
    ),
  );
  const actions = useMemo(
    () => ({
      pick: (after: { source: string; outlet: string }, at: { x: number; y: number }) => store.getState().pick({ after, at }),
      writeNote: (id: string, text: string) => store.getState().edit((before) => noteChanged(before, id, { text }), `note:${id}`),
      seal: () => store.getState().seal(),
    }),
    [store],
  );

  const onCanvas = useMemo(
    () => (
      <>
        <Palette />
        <EditorControls view={view} />
      </>
    ),
    [view],
  );

  return (
    <div className={styles.editor}>
      <EditorBar journey={journey} saving={autosave.state} />
      <SaveBanner state={autosave.state} />
      {isRefused && (
        <p className={styles.refused} role="alert">
          {t("paste.refused")}
          <button type="button" onClick={() => setIsRefused(false)}>
            {t("paste.dismiss")}
          </button>
        </p>
      )}
      <div className={styles.body}>
        <div className={styles.canvas}>
          <EditActionsContext value={actions}>
            <EditorCanvas problems={checks.byNode} marks={marks ?? undefined}>
              {onCanvas}
            </EditorCanvas>
          </EditActionsContext>
          {document.graph.nodes.length === 0 && <EmptyCanvas />}
        </div>
        <EditorPanel journey={journey} draft={draft} autosave={autosave} checks={checks} view={view} />
      </div>
      <StepPicker />
      <ConnectPicker />
      <HelpDialog />
      <ConflictDialog autosave={autosave} />
    </div>
  );
}
