/** Differences in words, a line each. */
import { Minus, Pencil, Plus } from "lucide-react";

import type { PlainDifference } from "../editor/differences";
import { type JourneyDocument, nodeById } from "../document/journey";
import { lookOf } from "../nodes/registry";
import { nameOf, t } from "../texts/texts";
import styles from "./Launch.module.css";

const ICONS = { added: Plus, removed: Minus, changed: Pencil } as const;
const TONES = { added: "good", removed: "bad", changed: "warn" } as const;

interface Props {
  differences: readonly PlainDifference[];
  document: JourneyDocument;
  /** Where what was removed is still called something. */
  before?: JourneyDocument | undefined;
}

export function DifferenceList({ differences, document, before }: Props) {
  const lines = new Map(differences.filter(({ part }) => part !== "layout").map((each) => [`${each.part}:${each.what}`, each]));
  if (lines.size === 0) return <p className={styles.nothing}>{t("difference.none")}</p>;
  return (
    <ul className={styles.differences}>
      {[...lines].map(([key, { part, how, what }]) => {
        const Icon = ICONS[how];
        return (
          <li key={key}>
            <span data-tone={TONES[how]}>
              <Icon size={13} strokeWidth={2.4} aria-hidden="true" />
            </span>
            <b>{t(`difference.${how}`)}</b>
            <span>{nameOfPart(part, what, document, before)}</span>
          </li>
        );
      })}
    </ul>
  );
}

function nameOfPart(part: PlainDifference["part"], what: string, document: JourneyDocument, before: JourneyDocument | undefined): string {
  const called = (id: string) => {
    const node = nodeById(document.graph, id) ?? (before && nodeById(before.graph, id));
    const look = node && lookOf(node, (before ?? document).messages);
    return look === undefined ? id : `${look.title} (${look.summary})`;
  };
  switch (part) {
    case "node":
      return t("difference.node", { name: changeOf(what, document, before) ?? called(what) });
    case "edge": {
      const [source = "", outlet = ""] = what.split(".");
      return t("difference.edge", { name: called(source), outlet: nameOf("outlet", outlet) });
    }
    case "message":
      return t("difference.message", { name: what });
    case "setting":
      return t("difference.setting", { name: what });
    case "name":
    case "layout":
      return t("difference.name");
  }
}

/** What a step said before and says now, where both are known and differ. */
function changeOf(id: string, document: JourneyDocument, before: JourneyDocument | undefined): string | null {
  const [old, now] = [before && nodeById(before.graph, id), nodeById(document.graph, id)];
  if (before === undefined || old === undefined || now === undefined) return null;
  const [was, is] = [lookOf(old, before.messages), lookOf(now, document.messages)];
  return was.summary === is.summary ? null : `${is.title}: ${was.summary} → ${is.summary}`;
}
