/** Which version is on the canvas: the current document, or one as it was published. */
import { Button, Menu } from "@mantine/core";
import { Check, ChevronDown, History } from "lucide-react";

import type { Journey } from "../client/types";
import { dateWords } from "../texts/times";
import { t } from "../texts/texts";

interface Props {
  versions: Journey["versions"];
  /** The number of the live version, null before the first was published. */
  current: number | null;
  /** The number that is looked at, null for the current document. */
  chosen: number | null;
  onChoose: (version: number | null) => void;
}

export function VersionPicker({ versions, current, chosen, onChoose }: Props) {
  const shown = chosen ?? current;
  const newestFirst = versions.toSorted((one, other) => other.number - one.number);
  return (
    <Menu position="bottom-end" width={264} withinPortal>
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
        <Menu.Label>{newestFirst.length === 0 ? t("versions.none") : t("versions.title")}</Menu.Label>
        {newestFirst.map(({ number, published_at, published_by }) => (
          <Menu.Item
            key={number}
            leftSection={number === shown ? <Check size={14} /> : <span style={{ width: 14 }} />}
            aria-current={number === shown || undefined}
            onClick={() => onChoose(number === current ? null : number)}
          >
            {number === current ? t("versions.live", { number }) : t("versions.number", { number })}
            <br />
            <small>{publishedWords(published_at, published_by)}</small>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function publishedWords(at: string, by: string | null): string {
  const date = dateWords(at);
  return by === null ? t("versions.published", { date }) : t("versions.publishedBy", { date, by });
}
