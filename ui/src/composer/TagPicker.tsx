/** The "+" beside a text: every field of the person, the event, the product and the journey, with a value to read. */
import { ActionIcon, Button, Popover, TextInput, Tooltip } from "@mantine/core";
import { Plus, Search } from "lucide-react";
import { useState } from "react";

import { t } from "../texts/texts";
import { type MergeTag, TAG_GROUPS, tagText, useMergeTags } from "./samples";
import styles from "./TagPicker.module.css";

interface Props {
  /** The field that it belongs to, for those who cannot see it. */
  label: string;
  onPick: (tag: string) => void;
}

export function TagPicker({ label, onPick }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const [chosen, setChosen] = useState<MergeTag | null>(null);
  const close = () => {
    setIsOpen(false);
    setChosen(null);
  };
  const put = (tag: MergeTag, fallback: string) => {
    onPick(tagText(tag, fallback));
    close();
  };
  return (
    <Popover opened={isOpen} onChange={(next) => (next ? setIsOpen(true) : close())} position="bottom-end" width={340} trapFocus returnFocus shadow="md">
      <Popover.Target>
        <Tooltip label={t("composer.tags")}>
          <ActionIcon variant="subtle" color="gray" aria-label={t("composer.tagsFor", { field: label })} onClick={() => (isOpen ? close() : setIsOpen(true))}>
            <Plus size={16} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p={0} className={styles.panel ?? ""} aria-label={t("composer.tagsFor", { field: label })}>
        {chosen === null ? (
          <TagList onChoose={(tag) => (tag.nullable ? setChosen(tag) : put(tag, ""))} />
        ) : (
          <Fallback tag={chosen} onBack={() => setChosen(null)} onPut={(fallback) => put(chosen, fallback)} />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function TagList({ onChoose }: { onChoose: (tag: MergeTag) => void }) {
  const [query, setQuery] = useState("");
  const tags = useMergeTags().filter(({ tag, sample }) => `${tag} ${nameOfTag(tag)} ${sample}`.toLowerCase().includes(query.trim().toLowerCase()));
  return (
    <>
      <TextInput
        size="xs"
        m={8}
        data-autofocus
        aria-label={t("composer.findTag")}
        placeholder={t("composer.findTag")}
        leftSection={<Search size={13} aria-hidden="true" />}
        value={query}
        onChange={(event) => setQuery(event.currentTarget.value)}
      />
      <div className={styles.list}>
        {TAG_GROUPS.map((group) => ({ group, inside: tags.filter((tag) => tag.group === group) }))
          .filter(({ inside }) => inside.length > 0)
          .map(({ group, inside }) => (
            <div key={group} role="group" aria-label={t(`composer.tagGroup.${group}`)}>
              <h4>{t(`composer.tagGroup.${group}`)}</h4>
              {inside.map((tag) => (
                <button key={tag.tag} type="button" onClick={() => onChoose(tag)} title={tag.tag}>
                  <span>{nameOfTag(tag.tag)}</span>
                  <small>{tag.sample || t("composer.noSample")}</small>
                </button>
              ))}
            </div>
          ))}
        {tags.length === 0 && <p>{t("composer.noTag")}</p>}
      </div>
    </>
  );
}

function Fallback({ tag, onBack, onPut }: { tag: MergeTag; onBack: () => void; onPut: (fallback: string) => void }) {
  const [words, setWords] = useState("");
  return (
    <form
      className={styles.fallback}
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onPut(words);
      }}
    >
      <TextInput
        size="xs"
        data-autofocus
        required
        withAsterisk={false}
        label={t("composer.fallbackFor", { tag: nameOfTag(tag.tag) })}
        description={t("composer.fallbackWhy")}
        placeholder={t("composer.fallbackWord")}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <div>
        <Button size="xs" variant="default" onClick={onBack}>
          {t("composer.back")}
        </Button>
        <Button size="xs" type="submit">
          {t("composer.insert")}
        </Button>
      </div>
    </form>
  );
}

/** "First name" for `profile.first_name`; the group says whose it is. */
function nameOfTag(tag: string): string {
  const [root = "", ...rest] = tag.replaceAll(/\["(.*?)"\]/g, ".$1").split(".");
  const words = (root === "variant" || root === "links" ? `${root} ${rest.join(" ")}` : rest.join(" ")).replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
