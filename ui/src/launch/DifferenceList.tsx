/** Differences in words, a line each. */
import { Minus, Pencil, Plus } from "lucide-react";

import type { PlainDifference } from "../editor/differences";
import { t } from "../texts/texts";
import { isTold, type States, wordsOf } from "./differenceWords";
import styles from "./DifferenceList.module.css";

const ICONS = { added: Plus, removed: Minus, changed: Pencil } as const;
const TONES = { added: "good", removed: "bad", changed: "warn" } as const;

interface Props extends States {
  differences: readonly PlainDifference[];
}

export function DifferenceList({ differences, ...states }: Props) {
  const lines = new Map(differences.filter((each) => isTold(each, states)).map((each) => [`${each.part}:${each.what}`, each]));
  if (lines.size === 0) return <p className={styles.nothing}>{t("difference.none")}</p>;
  return (
    <ul className={styles.differences}>
      {[...lines].map(([key, each]) => {
        const Icon = ICONS[each.how];
        return (
          <li key={key}>
            <span data-tone={TONES[each.how]}>
              <Icon size={13} strokeWidth={2.4} aria-hidden="true" />
            </span>
            <b>{t(`difference.${each.how}`)}</b>
            <span>{wordsOf(each, states)}</span>
          </li>
        );
      })}
    </ul>
  );
}
