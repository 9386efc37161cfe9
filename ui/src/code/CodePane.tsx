/** Code beside the canvas: the draft as Python and as YAML. Editing either side updates the other. */
import { ActionIcon, SegmentedControl, Skeleton, Tooltip } from "@mantine/core";
import { CircleAlert, Copy, Download, TriangleAlert } from "lucide-react";
import { useRef, useState } from "react";

import type { CodeProblem, ProblemItem } from "../client/types";
import { ProblemState } from "../shell/ProblemState";
import { t } from "../texts/texts";
import { CodeEditor, type CodeEditorHandle } from "./CodeEditor";
import styles from "./CodePane.module.css";
import { saveCode } from "./download";
import { type Language, LANGUAGES } from "./kept";
import { useCode } from "./useCode";

interface Props {
  journey: string;
  name: string;
}

export function CodePane({ journey, name }: Props) {
  const [language, setLanguage] = useState<Language>("python");
  const [attempt, setAttempt] = useState(0);
  return (
    <CodeSheet
      key={`${language}:${attempt}`}
      journey={journey}
      name={name}
      language={language}
      onLanguage={setLanguage}
      onRetry={() => setAttempt(attempt + 1)}
    />
  );
}

interface SheetProps extends Props {
  language: Language;
  onLanguage: (language: Language) => void;
  onRetry: () => void;
}

function CodeSheet({ journey, name, language, onLanguage, onRetry }: SheetProps) {
  const code = useCode(journey, language);
  const editor = useRef<CodeEditorHandle>(null);
  const { text } = code;
  const isPrinted = text !== null && code.unprintable.length === 0;
  return (
    <div className={styles.pane} data-wide>
      <div className={styles.bar}>
        <SegmentedControl
          size="xs"
          aria-label={t("code.language")}
          value={language}
          data={LANGUAGES.map((one) => ({ value: one, label: t(`code.${one}`) }))}
          onChange={onLanguage}
        />
        <div className={styles.acts}>
          <Tooltip label={t("code.copy")}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("code.copy")}
              disabled={!isPrinted}
              onClick={() => void globalThis.navigator.clipboard.writeText(text ?? "")}
            >
              <Copy size={16} aria-hidden="true" />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t("code.download")}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("code.download")}
              disabled={!isPrinted}
              onClick={() => saveCode(name, language, text ?? "")}
            >
              <Download size={16} aria-hidden="true" />
            </ActionIcon>
          </Tooltip>
        </div>
      </div>
      {code.failure !== null && <ProblemState problem={code.failure} onRetry={onRetry} />}
      {code.unprintable.length > 0 && (
        <>
          <p className={styles.hint}>{t("code.unfinished")}</p>
          <Problems problems={code.unprintable} />
        </>
      )}
      {isPrinted && (
        <>
          <div className={styles.sheet}>
            <CodeEditor
              ref={editor}
              label={t("code.label", { language: t(`code.${language}`) })}
              language={language}
              text={text}
              problems={code.problems}
              onWrite={code.write}
            />
          </div>
          <Problems problems={code.problems} onPick={(line) => editor.current?.goTo(line)} />
        </>
      )}
      {text === null && code.failure === null && <Skeleton height={240} m={18} />}
    </div>
  );
}

interface ProblemsProps {
  problems: readonly (CodeProblem | ProblemItem)[];
  onPick?: (line: number) => void;
}

function Problems({ problems, onPick }: ProblemsProps) {
  if (problems.length === 0) return null;
  return (
    <ul className={styles.problems} aria-label={t("code.problems")}>
      {problems.map((problem) => {
        const line = "line" in problem ? problem.line : null;
        const isBlocking = problem.severity === "blocking";
        const Icon = isBlocking ? CircleAlert : TriangleAlert;
        return (
          <li key={`${line}:${problem.code}:${problem.node}:${problem.field}:${problem.message}`} data-tone={isBlocking ? "bad" : "warn"}>
            <Icon size={15} aria-label={t(isBlocking ? "problems.blocking" : "problems.warning")} />
            <span>
              {line !== null && (
                <button type="button" onClick={() => onPick?.(line)}>
                  {t("code.line", { line })}
                </button>
              )}
              {problem.message}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
