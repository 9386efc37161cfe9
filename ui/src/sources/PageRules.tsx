/** By which rules a shop's pages are known: a pattern of their path, something that stands on them, or both. */
import { ActionIcon, Button, Select, TextInput } from "@mantine/core";
import { ArrowUp, Plus, Trash2 } from "lucide-react";

import { nameOf, t } from "../texts/texts";
import type { PageRule } from "./queries";
import styles from "./SourceCard.module.css";

const TYPES = ["product", "cart", "wishlist", "purchase"] as const;
const MOST = 50;

interface Props {
  /** None are the usual rules, which the server knows. */
  rules: readonly PageRule[];
  onChange: (rules: readonly PageRule[]) => void;
}

export function PageRules({ rules, onChange }: Props) {
  const put = (place: number, change: Partial<PageRule>) =>
    onChange(rules.map((rule, index) => (index === place ? { ...rule, ...change } : rule)));
  return (
    <fieldset className={styles.believed}>
      <legend>{t("sources.rules")}</legend>
      <p className={styles.hint}>{t(rules.length === 0 ? "sources.rulesUsual" : "sources.rulesHint")}</p>
      <ol className={styles.rules}>
        {rules.map((rule, place) => (
          // oxlint-disable-next-line react/no-array-index-key -- rules have no names of their own, and their order is what counts
          <li key={place}>
            <Select
              size="xs"
              aria-label={t("sources.ruleType", { place: place + 1 })}
              allowDeselect={false}
              data={TYPES.map((type) => ({ value: type, label: nameOf("page_type", type) }))}
              value={rule.type}
              onChange={(chosen) => put(place, { type: TYPES.find((type) => type === chosen) ?? rule.type })}
            />
            <TextInput
              size="xs"
              aria-label={t("sources.rulePath", { place: place + 1 })}
              placeholder="*/products/*"
              pattern="[/*].*"
              title={t("sources.rulePathHint")}
              required={rule.selector == null}
              value={rule.path ?? ""}
              onChange={(event) => put(place, { path: event.currentTarget.value || null })}
            />
            <TextInput
              size="xs"
              aria-label={t("sources.ruleSelector", { place: place + 1 })}
              placeholder="[itemtype$='/Product']"
              value={rule.selector ?? ""}
              onChange={(event) => put(place, { selector: event.currentTarget.value || null })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              disabled={place === 0}
              aria-label={t("sources.ruleUp", { place: place + 1 })}
              onClick={() => onChange(raised(rules, place))}
            >
              <ArrowUp size={15} aria-hidden="true" />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("sources.ruleRemove", { place: place + 1 })}
              onClick={() => onChange(rules.filter((_, index) => index !== place))}
            >
              <Trash2 size={15} aria-hidden="true" />
            </ActionIcon>
          </li>
        ))}
      </ol>
      <div className={styles.buttons}>
        <Button
          variant="default"
          size="xs"
          leftSection={<Plus size={14} aria-hidden="true" />}
          disabled={rules.length >= MOST}
          onClick={() => onChange([...rules, { type: "product", path: null, selector: null }])}
        >
          {t("sources.ruleAdd")}
        </Button>
        {rules.length > 0 && (
          <Button variant="subtle" color="gray" size="xs" onClick={() => onChange([])}>
            {t("sources.rulesReset")}
          </Button>
        )}
      </div>
    </fieldset>
  );
}

/** The rules with the one at the place asked before its neighbour. */
function raised(rules: readonly PageRule[], place: number): readonly PageRule[] {
  const [before, rule] = [rules[place - 1], rules[place]];
  if (before === undefined || rule === undefined) return rules;
  return rules.with(place - 1, rule).with(place, before);
}
