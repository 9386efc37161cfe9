/** ⌘K: go to a page, a journey or a person by typing. The first finding is chosen; arrows choose another, Enter goes. */
import { Modal, TextInput } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { Search } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";

import { t } from "../texts/texts";
import styles from "./Finder.module.css";
import { type Finding, useFindings } from "./useFindings";

/** The elements in which a shortcut is a text being typed: for this one, none. */
const EVEN_WHILE_TYPING: string[] = [];

interface Props {
  isOpen: boolean;
  onOpen: () => void;
  onClose: () => void;
}

export function Finder({ isOpen, onOpen, onClose }: Props) {
  useHotkeys([["mod+K", onOpen]], EVEN_WHILE_TYPING);
  useHotkeys([["/", onOpen]]);
  return (
    <Modal.Root
      opened={isOpen}
      onClose={onClose}
      lockScroll={false}
      size={580}
      yOffset="12dvh"
      transitionProps={{ duration: 120, transition: "pop" }}
      classNames={{ content: styles.content ?? "" }}
    >
      <Modal.Overlay backgroundOpacity={0.35} />
      <Modal.Content radius="lg" aria-label={t("shell.search")}>
        <FinderBody onClose={onClose} />
      </Modal.Content>
    </Modal.Root>
  );
}

/** Mounted while the finder is open, so that it starts empty each time. */
function FinderBody({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const { findings, isSearching } = useFindings(query.trim());
  const listId = useId();
  const active = Math.min(chosen, findings.length - 1);

  const take = (finding: Finding | undefined) => {
    if (finding === undefined) return;
    onClose();
    finding.go();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined && findings.length > 0) setChosen((active + step + findings.length) % findings.length);
    else if (event.key === "Enter") take(findings[active]);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <TextInput
        data-autofocus
        variant="unstyled"
        size="lg"
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
        placeholder={t("finder.placeholder")}
        leftSection={<Search size={18} aria-hidden="true" />}
        classNames={{ root: styles.search, input: styles.input }}
        role="combobox"
        aria-label={t("finder.placeholder")}
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={findings[active] && optionId(listId, findings[active])}
        autoComplete="off"
      />
      <div id={listId} role="listbox" aria-label={t("finder.findings")} className={styles.list}>
        {findings.map((finding, index) => (
          <Option
            key={finding.id}
            id={optionId(listId, finding)}
            finding={finding}
            isFirstOfGroup={finding.group !== findings[index - 1]?.group}
            isChosen={index === active}
            onTake={() => take(finding)}
          />
        ))}
      </div>
      {findings.length === 0 && (
        <p className={styles.empty} role="status">
          {isSearching ? t("finder.searching") : t("finder.nothing", { query })}
        </p>
      )}
    </>
  );
}

interface OptionProps {
  id: string;
  finding: Finding;
  isFirstOfGroup: boolean;
  isChosen: boolean;
  onTake: () => void;
}

function Option({ id, finding, isFirstOfGroup, isChosen, onTake }: OptionProps) {
  const Icon = finding.icon;
  return (
    <>
      {isFirstOfGroup && (
        <div role="presentation" className={styles.group}>
          {t(`finder.${finding.group}`)}
        </div>
      )}
      {/* Keys are handled by the search box, which keeps the focus (a combobox). */}
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus */}
      <div
        id={id}
        role="option"
        aria-selected={isChosen}
        className={styles.option}
        onClick={onTake}
        ref={(element) => {
          if (isChosen) element?.scrollIntoView({ block: "nearest" });
        }}
      >
        <Icon size={17} strokeWidth={1.8} aria-hidden="true" />
        <span className={styles.label}>{finding.label}</span>
        {finding.detail !== undefined && <span className={styles.detail}>{finding.detail}</span>}
      </div>
    </>
  );
}

function optionId(listId: string, finding: Finding): string {
  return `${listId}-${finding.id}`;
}
