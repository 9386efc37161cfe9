/** Walk the draft in virtual time: who enters by what, what happens meanwhile, and what that leads to. Nothing is sent. */
import { ActionIcon, Alert, Button, CopyButton, Tooltip } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Check, Link2, Play } from "lucide-react";
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import type { Trial } from "../client/types";
import type { JourneyDocument } from "../document/journey";
import { useDocument, useEditorStore } from "../editor/store";
import { useVocabulary } from "../inspector/vocabulary";
import { t } from "../texts/texts";
import { Happenings } from "./Happenings";
import { freshSetting, LINK_NAME, linkTo, type Setting, settingFrom, trialOf } from "./setting";
import styles from "./Simulate.module.css";
import { TrialSteps } from "./TrialSteps";
import { type Visit, visitsOf } from "./visits";
import { WhoEnters } from "./WhoEnters";

interface Walk {
  number: number;
  trial: Trial;
  /** The draft and the setting that were walked: both may be edited meanwhile. */
  document: JourneyDocument;
  setting: Setting;
  /** The walk before this one, to compare with. */
  before: readonly Visit[] | null;
}

export function SimulatePanel() {
  const store = useEditorStore();
  const document = useDocument();
  const vocabulary = useVocabulary();
  const [search] = useSearchParams();
  const [edited, setSetting] = useState<Setting | null>(() => settingFrom(search.get(LINK_NAME)));
  const setting = edited ?? freshSetting(document, vocabulary);
  const [walk, setWalk] = useState<Walk | null>(null);

  const run = useMutation({
    mutationFn: () => read(api.POST("/v1/journeys/simulate", { body: trialOf(setting, document) })),
    onSuccess: (trial) =>
      setWalk((last) => ({ number: (last?.number ?? 0) + 1, trial, document, setting, before: last === null || last.trial.refusal !== null ? null : visitsOf(last.trial) })),
  });
  useEffect(() => () => store.getState().mark(null), [store]);

  return (
    <div className={styles.simulate}>
      <div className={styles.setting}>
        <p className={styles.hint}>{t("simulate.hint")}</p>
        <WhoEnters setting={setting} onChange={setSetting} />
        <Happenings happenings={setting.happenings} document={document} onChange={(happenings) => setSetting({ ...setting, happenings })} />
        <div className={styles.go}>
          <Button flex={1} leftSection={<Play size={15} aria-hidden="true" />} loading={run.isPending} onClick={() => run.mutate()}>
            {t("simulate.run")}
          </Button>
          <ShareLink setting={setting} />
        </div>
        {run.isError && (
          <div key={run.submittedAt} ref={intoView}>
            <Refused problem={Problem.of(run.error)} />
          </div>
        )}
      </div>
      {walk !== null && !run.isError && (
        <div key={walk.number} ref={intoView}>
          <TrialSteps
            trial={walk.trial}
            document={walk.document}
            setting={walk.setting}
            before={walk.before}
            onSelect={(node) => store.getState().select([node])}
            onMark={store.getState().mark}
          />
        </div>
      )}
    </div>
  );
}

/** What a walk came to stands below the form; it is shown at once. */
function intoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: "start", behavior: "smooth" });
}

/** Why there was no walk: what the draft lacks, or what the server says. */
function Refused({ problem }: { problem: Problem }) {
  const lacks = problem.errors.filter(({ field }) => field.startsWith("document"));
  return (
    <Alert color="red" title={lacks.length > 0 ? t("simulate.unfinished") : problem.title}>
      {problem.errors.length === 0 && problem.detail}
      {problem.errors.length > 0 && (
        <ul className={styles.lacks}>
          {problem.errors.map(({ field, detail }) => (
            <li key={`${field}:${detail}`}>{detail}</li>
          ))}
        </ul>
      )}
    </Alert>
  );
}

function ShareLink({ setting }: { setting: Setting }) {
  return (
    <CopyButton value={linkTo(setting, new URL(globalThis.location.href))}>
      {({ copied, copy }) => (
        <Tooltip label={t(copied ? "simulate.copied" : "simulate.share")}>
          <ActionIcon variant="default" size={36} aria-label={t(copied ? "simulate.copied" : "simulate.share")} onClick={copy}>
            {copied ? <Check size={16} aria-hidden="true" /> : <Link2 size={16} aria-hidden="true" />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
