/** A small list beside the pointer, chosen from by typing, arrows or a click. Escape, or a click elsewhere, closes it. */
import { FocusTrap, Portal, TextInput } from "@mantine/core";
import { useClickOutside } from "@mantine/hooks";
import { type LucideIcon, Search } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";

import type { Position } from "../document/journey";
import { t } from "../texts/texts";
import styles from "./QuickPick.module.css";

export interface Pick {
  id: string;
  group: string;
  title: string;
  detail: string;
  icon: LucideIcon;
  tint: string;
}

interface Props {
  at: Position;
  label: string;
  placeholder: string;
  /** Above the list: what else is to be chosen. */
  head?: ReactNode;
  find: (query: string) => readonly Pick[];
  onPick: (id: string) => void;
  onClose: () => void;
}

const WIDTH = 332;
const HEIGHT = 420;
const MARGIN = 12;

export function QuickPick({ at, label, placeholder, head, find, onPick, onClose }: Props) {
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const listId = useId();
  const outside = useClickOutside<HTMLDivElement>(onClose);
  const picks = find(query.trim());
  const active = Math.min(chosen, picks.length - 1);
  const optionId = (index: number) => `${listId}-${index}`;

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      onClose();
      return;
    }
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const pick = picks[active];
    if (step !== 0 && picks.length > 0) setChosen((active + step + picks.length) % picks.length);
    else if (event.key === "Enter" && pick !== undefined && event.target instanceof HTMLInputElement && event.target.type !== "radio") onPick(pick.id);
    else return;
    event.preventDefault();
  };

  const left = Math.max(MARGIN, Math.min(at.x - WIDTH / 2, globalThis.innerWidth - WIDTH - MARGIN));
  const top = Math.max(MARGIN, Math.min(at.y + MARGIN, globalThis.innerHeight - HEIGHT - MARGIN));
  return (
    <Portal>
      <FocusTrap>
        {/* The keys work wherever in the dialog the focus is. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
        <div ref={outside} role="dialog" aria-label={label} className={styles.pick} style={{ left, top, width: WIDTH, maxHeight: HEIGHT }} onKeyDown={onKeyDown}>
          <TextInput
            data-autofocus
            variant="unstyled"
            value={query}
            placeholder={placeholder}
            leftSection={<Search size={15} aria-hidden="true" />}
            classNames={{ root: styles.search ?? "", input: styles.input ?? "" }}
            onChange={(event) => {
              setQuery(event.currentTarget.value);
              setChosen(0);
            }}
            role="combobox"
            aria-label={placeholder}
            aria-expanded="true"
            aria-controls={listId}
            aria-activedescendant={picks[active] && optionId(active)}
            autoComplete="off"
          />
          {head}
          <div id={listId} role="listbox" aria-label={label} className={styles.list}>
            {picks.map((pick, index) => (
              <Option
                key={pick.id}
                id={optionId(index)}
                pick={pick}
                isFirstOfGroup={pick.group !== picks[index - 1]?.group}
                isChosen={index === active}
                onTake={() => onPick(pick.id)}
              />
            ))}
          </div>
          {picks.length === 0 && <p className={styles.empty}>{t("pick.nothing", { query })}</p>}
        </div>
      </FocusTrap>
    </Portal>
  );
}

interface OptionProps {
  id: string;
  pick: Pick;
  isFirstOfGroup: boolean;
  isChosen: boolean;
  onTake: () => void;
}

function Option({ id, pick, isFirstOfGroup, isChosen, onTake }: OptionProps) {
  const Icon = pick.icon;
  return (
    <>
      {isFirstOfGroup && pick.group !== "" && (
        <div role="presentation" className={styles.group}>
          {pick.group}
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
        <span className={styles.icon} data-tint={pick.tint}>
          <Icon size={16} strokeWidth={1.9} aria-hidden="true" />
        </span>
        <span className={styles.words}>
          <b>{pick.title}</b>
          <small>{pick.detail}</small>
        </span>
      </div>
    </>
  );
}
