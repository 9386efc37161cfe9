/** A text with merge tags and emoji, which are put in where the caret was last, or else at the end. */
import { Textarea, TextInput } from "@mantine/core";
import { type SyntheticEvent, useRef } from "react";

import { t } from "../texts/texts";
import styles from "./Composer.module.css";
import { EmojiPicker } from "./EmojiPicker";
import { sampled, useSamples } from "./samples";
import { TagPicker } from "./TagPicker";

interface Props {
  label: string;
  value: string;
  onChange: (text: string) => void;
  /** Tall fields take line breaks. */
  rows?: number;
  /** The characters that are surely shown; more may be cut. */
  limit?: number;
  description?: string;
  /** Addresses hold no emoji. */
  isAddress?: boolean;
}

export function TemplateField({ label, value, onChange, rows, limit, description, isAddress = false }: Props) {
  const caret = useRef<readonly [number, number] | null>(null);
  const length = [...sampled(value, useSamples())].length;
  const put = (words: string) => {
    const [start, end] = caret.current ?? [value.length, value.length];
    caret.current = [start + words.length, start + words.length];
    onChange(value.slice(0, start) + words + value.slice(end));
  };
  const common = {
    label,
    value,
    ...(description !== undefined && { description }),
    rightSectionWidth: isAddress ? 36 : 64,
    rightSection: (
      <span className={styles.tools}>
        {!isAddress && <EmojiPicker label={label} onPick={put} />}
        <TagPicker label={label} onPick={put} />
      </span>
    ),
    onSelect: ({ currentTarget: { selectionStart, selectionEnd } }: SyntheticEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      caret.current = [selectionStart ?? value.length, selectionEnd ?? value.length];
    },
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  return (
    <div>
      {rows === undefined ? <TextInput {...common} /> : <Textarea rows={rows} {...common} />}
      {limit !== undefined && (
        <span className={styles.limit} data-over={length > limit || undefined}>
          {t("composer.length", { count: length, limit })}
        </span>
      )}
    </div>
  );
}
