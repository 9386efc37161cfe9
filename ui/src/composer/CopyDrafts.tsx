/** Drafts to begin with: ready-made ones by tone and length, and those of a copy assistant where one is set up. */
import { Button, Popover, SegmentedControl, Textarea } from "@mantine/core";
import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { Sparkles, WandSparkles } from "lucide-react";
import { useState } from "react";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import { t } from "../texts/texts";
import styles from "./CopyDrafts.module.css";
import { sampled, useSamples } from "./samples";

const TONES = ["friendly", "urgent", "elegant"] as const;
const LENGTHS = ["short", "long"] as const;

interface Draft {
  title: string;
  body: string;
}

interface Props {
  channel: "web_push" | "email" | "sms";
  onPick: (draft: Draft) => void;
}

const assistantQuery = queryOptions({ queryKey: ["copy-assistant"], queryFn: () => read(api.GET("/v1/copy-assistant")), staleTime: Number.POSITIVE_INFINITY });

export function CopyDrafts({ channel, onPick }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setIsOpen} position="bottom-start" width={400} trapFocus returnFocus shadow="md">
      <Popover.Target>
        <Button size="compact-xs" variant="subtle" className={styles.open ?? ""} leftSection={<Sparkles size={14} aria-hidden="true" />} onClick={() => setIsOpen(!isOpen)}>
          {t("drafts.open")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Drafts
          channel={channel}
          onPick={(draft) => {
            onPick(draft);
            setIsOpen(false);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function Drafts({ channel, onPick }: Props) {
  const [tone, setTone] = useState<(typeof TONES)[number]>("friendly");
  const [length, setLength] = useState<(typeof LENGTHS)[number]>("short");
  const [about, setAbout] = useState("");
  const assistant = useQuery(assistantQuery);
  const ready = useQuery({
    queryKey: ["copy-assistant", "drafts", channel, tone, length],
    queryFn: () => read(api.POST("/v1/copy-assistant/drafts", { body: { source: "ready_made", channel, tone, length, about: "" } })),
  });
  const written = useMutation({
    mutationFn: () => read(api.POST("/v1/copy-assistant/drafts", { body: { source: "assistant", channel, tone, length, about } })),
  });
  return (
    <div className={styles.drafts}>
      <div className={styles.choices}>
        <SegmentedControl size="xs" value={tone} onChange={(next) => setTone(next as typeof tone)} data={TONES.map((one) => ({ value: one, label: t(`drafts.tones.${one}`) }))} aria-label={t("drafts.tone")} />
        <SegmentedControl size="xs" value={length} onChange={(next) => setLength(next as typeof length)} data={LENGTHS.map((one) => ({ value: one, label: t(`drafts.lengths.${one}`) }))} aria-label={t("drafts.length")} />
      </div>
      {assistant.data?.is_on === true && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            event.stopPropagation();
            written.mutate();
          }}
        >
          <Textarea size="xs" rows={2} maxLength={1000} label={t("drafts.about")} value={about} onChange={(event) => setAbout(event.currentTarget.value)} />
          <Button size="xs" mt={8} type="submit" variant="light" loading={written.isPending} leftSection={<WandSparkles size={14} aria-hidden="true" />}>
            {t("drafts.ask")}
          </Button>
          {written.isError && (
            <p role="alert" data-tone="bad">
              {Problem.of(written.error).detail}
            </p>
          )}
        </form>
      )}
      <Choices drafts={[...(written.data?.items ?? []), ...(ready.data?.items ?? [])]} onPick={onPick} />
    </div>
  );
}

function Choices({ drafts, onPick }: { drafts: readonly Draft[]; onPick: (draft: Draft) => void }) {
  const samples = useSamples();
  return (
    <ul aria-label={t("drafts.list")}>
      {drafts.map((draft) => (
        <li key={`${draft.title}\n${draft.body}`}>
          <button type="button" onClick={() => onPick(draft)}>
            {draft.title !== "" && <b>{sampled(draft.title, samples)}</b>}
            <span>{sampled(draft.body, samples)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
