/** A ready-made filter: keep or leave out those who did something in the last so many days. */
import { Button, NumberInput, SegmentedControl } from "@mantine/core";
import { useState } from "react";

import type { HasOccurredClause } from "../document/conditions";
import { t } from "../texts/texts";
import styles from "./ConditionBuilder.module.css";
import { daysOf, lastDays, type ReadyMade } from "./filters";

interface Props {
  filter: ReadyMade;
  clause: HasOccurredClause;
  isExcluded: boolean;
  onExclude: (isExcluded: boolean) => void;
  onChange: (clause: HasOccurredClause) => void;
}

export function FilterFields({ filter, clause, isExcluded, onExclude, onChange }: Props) {
  const [typed, setTyped] = useState<number | string | null>(null); // while it is being written it may be empty
  const write = (days: number | string) => {
    setTyped(days);
    if (days !== "") onChange(lastDays(clause, filter, Number(days)));
  };
  return (
    <>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={t("condition.did")}
        value={isExcluded ? "exclude" : "include"}
        data={[
          { value: "include", label: t("condition.include") },
          { value: "exclude", label: t("condition.exclude") },
        ]}
        onChange={(value) => onExclude(value === "exclude")}
      />
      <NumberInput
        label={t("condition.lastDays")}
        value={typed ?? daysOf(clause)}
        min={1}
        max={filter.most_days}
        clampBehavior="strict"
        allowDecimal={false}
        allowNegative={false}
        suffix={` ${t("condition.days")}`}
        onChange={write}
        onBlur={() => setTyped(null)}
      />
      <Button variant="subtle" color="gray" size="compact-xs" className={styles.add ?? ""} onClick={() => onChange({ ...clause, at_least: 1 })}>
        {t("condition.askMore")}
      </Button>
    </>
  );
}
