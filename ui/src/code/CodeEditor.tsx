/**
 * A text editor for code: CodeMirror in a shadow tree, since the page's policy allows no styles but its own files, and
 * a shadow tree takes sheets that a script adopts.
 */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { Annotation, EditorState, type Text } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";

import type { CodeProblem } from "../client/types";
import { changeBetween } from "./changes";
import type { Language } from "./kept";
import { INK, LOOK } from "./look";

export interface CodeEditorHandle {
  goTo: (line: number) => void;
}

interface Props {
  ref: Ref<CodeEditorHandle>;
  label: string;
  language: Language;
  text: string;
  problems: readonly CodeProblem[];
  onWrite: (text: string) => void;
}

/** Marks what was printed rather than typed. */
const printed = Annotation.define<true>();
const GRAMMARS = { python, yaml } as const;

export function CodeEditor({ ref, label, language, text, problems, onWrite }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ text, onWrite });
  useEffect(() => {
    latest.current = { text, onWrite };
  }, [text, onWrite]);

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
    const state = EditorState.create({
      doc: latest.current.text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        indentOnInput(),
        bracketMatching(),
        EditorView.lineWrapping,
        syntaxHighlighting(INK),
        LOOK,
        GRAMMARS[language](),
        keymap.of([...defaultKeymap, ...historyKeymap]),
        EditorView.contentAttributes.of({ "aria-label": label }),
        EditorView.updateListener.of((update) => {
          const isTyped = update.docChanged && !update.transactions.some((one) => one.annotation(printed));
          if (isTyped) latest.current.onWrite(update.state.doc.toString());
        }),
      ],
    });
    const opened = new EditorView({ state, root, parent: root });
    view.current = opened;
    return () => {
      opened.destroy();
      view.current = null;
    };
  }, [label, language]);

  useEffect(() => {
    const held = view.current?.state.doc.toString();
    if (held === undefined || held === text) return;
    view.current?.dispatch({ changes: changeBetween(held, text), annotations: printed.of(true) });
  }, [text]);

  useEffect(() => {
    const state = view.current?.state;
    if (state !== undefined) view.current?.dispatch(setDiagnostics(state, problems.map((problem) => marked(problem, state.doc))));
  }, [problems]);

  useImperativeHandle(ref, () => ({
    goTo: (line) => {
      const opened = view.current;
      if (opened === null) return;
      opened.dispatch({ selection: { anchor: lineAt(opened.state.doc, line).from }, scrollIntoView: true });
      opened.focus();
    },
  }));

  return <div ref={host} data-typed-into />;
}

function marked({ line, severity, message }: CodeProblem, text: Text): Diagnostic {
  const { from, to } = lineAt(text, line ?? 1);
  return { from, to, severity: severity === "blocking" ? "error" : "warning", message };
}

function lineAt(text: Text, line: number) {
  return text.line(Math.min(Math.max(line, 1), text.lines));
}
