/** Which state of the journey is on the canvas: a published version, or the draft. */
import { Button, Menu } from "@mantine/core";
import { Check, ChevronDown, History, PencilLine, Undo2 } from "lucide-react";
import { useState } from "react";

import type { Journey } from "../client/types";
import { useMay } from "../shell/may";
import { dateWords } from "../texts/times";
import { t } from "../texts/texts";
import { RestoreDialog } from "./RestoreDialog";
import styles from "./VersionPicker.module.css";

interface Props {
  journeyId: string;
  versions: Journey["versions"];
  /** The number of the version that new enrollments walk, null before the first was published. */
  live: number | null;
  /** The number of the version on the canvas, null for the draft. */
  shown: number | null;
  onShow: (version: number | null) => void;
}

export function VersionPicker({ journeyId, versions, live, shown, onShow }: Props) {
  const mayEdit = useMay("edit_journeys");
  const [restoring, setRestoring] = useState<number | null>(null);
  return (
    <>
      <Menu position="bottom-end" width={256}>
        <Menu.Target>
          <Button
            variant="default"
            size="xs"
            leftSection={<History size={14} aria-hidden="true" />}
            rightSection={<ChevronDown size={14} aria-hidden="true" />}
          >
            {shown === null ? t("versions.draft") : t("versions.number", { number: shown })}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<PencilLine size={14} aria-hidden="true" />}
            rightSection={shown === null && <Shown />}
            onClick={() => onShow(null)}
          >
            {t("versions.draft")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>{t(versions.length === 0 ? "versions.none" : "versions.title")}</Menu.Label>
          {versions.map(({ number, published_at, published_by }) => (
            <Menu.Item
              key={number}
              rightSection={number === shown && <Shown />}
              onClick={() => onShow(number)}
            >
              {t(number === live ? "versions.live" : "versions.number", { number })}
              <small className={styles.when}>{publishedWords(published_at, published_by)}</small>
            </Menu.Item>
          ))}
          {shown !== null && mayEdit && (
            <>
              <Menu.Divider />
              <Menu.Item leftSection={<Undo2 size={14} aria-hidden="true" />} onClick={() => setRestoring(shown)}>
                {t("restore.open", { number: shown })}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {restoring !== null && <RestoreDialog journeyId={journeyId} version={restoring} onClose={() => setRestoring(null)} />}
    </>
  );
}

function Shown() {
  return <Check size={14} aria-label={t("versions.shown")} />;
}

function publishedWords(at: string, by: string | null): string {
  const date = dateWords(at);
  return by === null ? t("versions.published", { date }) : t("versions.publishedBy", { date, by });
}
