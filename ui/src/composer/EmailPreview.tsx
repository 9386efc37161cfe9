/** The e-mail as its reader gets it, drawn by the engine: wide or narrow, light or dark, or its source. */
import { SegmentedControl, Skeleton } from "@mantine/core";
import { useState } from "react";

import { t } from "../texts/texts";
import type { PreviewProps } from "./Composer";
import styles from "./Composer.module.css";
import { MailFrame } from "./MailFrame";
import { sampled, useSamples } from "./samples";

const VIEWS = ["wide", "narrow", "source"] as const;
type View = (typeof VIEWS)[number];

export function EmailPreview({ content, html }: PreviewProps) {
  const [view, setView] = useState<View>("wide");
  const [scheme, setScheme] = useState("light");
  const samples = useSamples();
  const [subject, preheader] = [sampled(content["subject"], samples), sampled(content["preheader"], samples)];
  return (
    <>
      <div className={styles.choices}>
        <SegmentedControl
          size="xs"
          value={view}
          onChange={(next) => setView(next as View)}
          data={VIEWS.map((one) => ({ value: one, label: t(`composer.${one}`) }))}
          aria-label={t("composer.width")}
        />
        <SegmentedControl
          size="xs"
          value={scheme}
          onChange={setScheme}
          data={(["light", "dark"] as const).map((one) => ({ value: one, label: t(`scheme.${one}`) }))}
          aria-label={t("composer.scheme")}
        />
      </div>
      <div className={styles.envelope}>
        <i aria-hidden="true">{(textOr(content["from_name"]) || "W").charAt(0)}</i>
        <div>
          <b>{subject}</b>
          <span>{preheader}</span>
        </div>
      </div>
      {html === null && <Skeleton height={320} radius={12} />}
      {html !== null && view === "source" && (
        <textarea className={`mono ${styles.source}`} readOnly rows={24} spellCheck={false} aria-label={t("composer.source")} value={html} />
      )}
      {html !== null && view !== "source" && <MailFrame html={html} title={subject} isNarrow={view === "narrow"} isDark={scheme === "dark"} />}
    </>
  );
}

function textOr(value: unknown): string {
  return typeof value === "string" ? value : "";
}
