/** The form of the chosen step, with what is wrong beside the field where it is wrong. */
import { ActionIcon, Button, TextInput, Tooltip } from "@mantine/core";
import { Copy, Trash2 } from "lucide-react";
import { type ComponentType, useEffect, useRef } from "react";

import type { ProblemItem } from "../client/types";
import { type JourneyNode, nodeById } from "../document/journey";
import { COMMANDS, run, type View } from "../editor/commands";
import { shortcutWords } from "../editor/keys";
import { soleSelection, useDocument, useEditor, useEditorStore } from "../editor/store";
import { changed } from "../edits/graph";
import { customType } from "../nodes/custom";
import { lookOf } from "../nodes/registry";
import { t } from "../texts/texts";
import { NODE_FORMS, SHOWN_FIELDS } from "./forms/registry";
import { fieldsOf } from "./forms/schema";
import { SchemaForm } from "./forms/SchemaForm";
import { type FormProps, NodeProblemsContext } from "./form";
import { FormGuard } from "./FormGuard";
import styles from "./Inspector.module.css";
import { JourneySettings } from "./JourneySettings";

export function Inspector({ problems, view }: { problems: readonly ProblemItem[]; view: View }) {
  const document = useDocument();
  const selection = useEditor((state) => state.selection);
  const sole = useEditor(soleSelection);
  const node = nodeById(document.graph, sole);
  if (node !== undefined) return <NodeInspector key={node.id} node={node} problems={problems.filter((problem) => problem.node === node.id)} view={view} />;
  if (selection.size > 1) return <ManyChosen count={selection.size} view={view} />;
  return <JourneySettings />;
}

function NodeInspector({ node, problems, view }: { node: JourneyNode; problems: readonly ProblemItem[]; view: View }) {
  const store = useEditorStore();
  const document = useDocument();
  const field = useEditor((state) => state.field);
  const custom = customType(node.type);
  const shownFields: readonly string[] = custom === undefined ? (SHOWN_FIELDS[node.type] ?? []) : fieldsOf(custom.schema).map(({ name }) => name);
  const elsewhere = problems.filter((problem) => !shownFields.some((shown) => problem.field?.startsWith(shown)));
  const form = useRef<HTMLDivElement>(null);
  const look = lookOf(node, document.messages);
  const Icon = look.icon;
  const Form = NODE_FORMS[node.type] as ComponentType<FormProps<typeof node.type>> | undefined;

  /** A problem led here: its field is the first one that shows an error. */
  useEffect(() => {
    if (field === null) return;
    const place = form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [role="alert"]');
    place?.scrollIntoView({ block: "center" });
    place?.focus();
  }, [field]);

  const change = (fields: Partial<JourneyNode>, name: string) =>
    store.getState().edit((before) => {
      const current = nodeById(before.graph, node.id) ?? node;
      return changed(before, { ...current, ...fields } as JourneyNode); // the form of a type changes fields of that type
    }, `${node.id}:${name}`);

  return (
    <NodeProblemsContext value={problems}>
      <div ref={form} className={styles.inspector} onBlur={() => store.getState().seal()}>
        <header className={styles.head} data-tint={look.tint}>
          <span className={styles.icon}>
            <Icon size={17} strokeWidth={1.9} aria-hidden="true" />
          </span>
          <div>
            <h2>{look.title}</h2>
            <p>{look.summary}</p>
          </div>
          <Command id="duplicate" icon={Copy} view={view} isShown={node.type !== "entry"} />
          <Command id="delete" icon={Trash2} view={view} isShown />
        </header>
        {elsewhere.length > 0 && (
          <ul className={styles.problems}>
            {elsewhere.map((problem) => (
              <li key={`${problem.code}:${problem.field}`} data-tone={problem.severity === "blocking" ? "bad" : "warn"}>
                {problem.message}
              </li>
            ))}
          </ul>
        )}
        <div className={styles.form} data-inspector>
          <FormGuard about={node} otherwise={<p className={styles.hint}>{t("form.unreadable")}</p>}>
            {Form !== undefined && <Form node={node} document={document} change={change} />}
            {Form === undefined && custom !== undefined && <SchemaForm node={node} type={custom} change={change} />}
          </FormGuard>
          {Form === undefined && custom === undefined && <p className={styles.hint}>{t("form.unknown")}</p>}
          <details className={styles.more}>
            <summary>{t("form.more")}</summary>
            <TextInput
              label={t("form.title")}
              description={t("form.titleHint")}
              value={node.title ?? ""}
              placeholder={lookOf({ ...node, title: null }, document.messages).title}
              maxLength={120}
              onChange={(event) => change({ title: event.currentTarget.value || null }, "title")}
            />
            <TextInput
              label={t("form.maxVisits")}
              description={t("form.maxVisitsHint")}
              inputMode="numeric"
              value={node.max_visits ?? ""}
              onChange={(event) => change({ max_visits: Number.parseInt(event.currentTarget.value, 10) || null }, "max_visits")}
            />
            <p className={styles.hint}>
              {t("panel.nodeId")} <span className="mono">{node.id}</span>
            </p>
          </details>
        </div>
      </div>
    </NodeProblemsContext>
  );
}

interface CommandProps {
  id: "duplicate" | "delete";
  icon: typeof Copy;
  view: View;
  isShown: boolean;
}

function Command({ id, icon: Icon, view, isShown }: CommandProps) {
  const store = useEditorStore();
  const command = COMMANDS[id];
  if (!isShown) return null;
  return (
    <Tooltip label={`${command.label} · ${shortcutWords(command.shortcuts[0] ?? "")}`}>
      <ActionIcon variant="subtle" color="gray" aria-label={command.label} onClick={() => run(command, { state: store.getState(), view })}>
        <Icon size={16} aria-hidden="true" />
      </ActionIcon>
    </Tooltip>
  );
}

function ManyChosen({ count, view }: { count: number; view: View }) {
  const store = useEditorStore();
  return (
    <div className={styles.inspector}>
      <header className={styles.head}>
        <div>
          <h2>{t("many.title", { count })}</h2>
          <p>{t("many.hint")}</p>
        </div>
      </header>
      <div className={styles.form}>
        {(["copy", "duplicate", "delete"] as const).map((id) => {
          const command = COMMANDS[id];
          return (
            <Button
              key={id}
              variant="default"
              justify="flex-start"
              leftSection={<command.icon size={15} aria-hidden="true" />}
              rightSection={<kbd>{shortcutWords(command.shortcuts[0] ?? "")}</kbd>}
              onClick={() => run(command, { state: store.getState(), view })}
            >
              {command.label}
            </Button>
          );
        })}
      </div>
    </div>
  );
}
