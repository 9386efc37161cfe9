/** A text with merge tags: they are chosen from a list and put in where the caret is. */
import { ActionIcon, Menu, Textarea, TextInput, Tooltip } from "@mantine/core";
import { Braces } from "lucide-react";
import { type RefObject, useRef } from "react";

import { t } from "../texts/texts";
import styles from "./Composer.module.css";
import { sampled, sampleOf, TAGS, tagText } from "./samples";

interface Props {
  label: string;
  value: string;
  onChange: (text: string) => void;
  /** Tall fields take line breaks. */
  rows?: number;
  /** The characters that are surely shown; more may be cut. */
  limit?: number;
  description?: string;
}

export function TemplateField({ label, value, onChange, rows, limit, description }: Props) {
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const length = [...sampled(value)].length;
  const put = (tag: string) => {
    const { selectionStart, selectionEnd } = field.current ?? {};
    const [start, end] = [selectionStart ?? value.length, selectionEnd ?? value.length];
    onChange(value.slice(0, start) + tagText(tag, t("composer.fallbackWord")) + value.slice(end));
  };
  const common = {
    label,
    value,
    ...(description !== undefined && { description }),
    rightSection: <TagMenu label={label} onPick={put} />,
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  return (
    <div>
      {rows === undefined ? (
        <TextInput ref={field as RefObject<HTMLInputElement>} {...common} />
      ) : (
        <Textarea ref={field as RefObject<HTMLTextAreaElement>} rows={rows} {...common} />
      )}
      {limit !== undefined && (
        <span className={styles.limit} data-over={length > limit || undefined}>
          {t("composer.length", { count: length, limit })}
        </span>
      )}
    </div>
  );
}

function TagMenu({ label, onPick }: { label: string; onPick: (tag: string) => void }) {
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <Tooltip label={t("composer.tags")}>
          <ActionIcon variant="subtle" color="gray" aria-label={t("composer.tagsFor", { field: label })}>
            <Braces size={15} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: "auto" }}>
        {TAGS.map((tag) => (
          <Menu.Item key={tag} rightSection={<small>{sampleOf(tag)}</small>} onClick={() => onPick(tag)}>
            <span className="mono">{tag}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
