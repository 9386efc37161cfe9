/** How long the people of a line have waited: one bar an age, the same scale for all. */
import { nameOf, t } from "../texts/texts";
import { countWords } from "../texts/words";
import styles from "./VariantLine.module.css";

const AGES = ["under_a_day", "under_a_week", "under_a_month", "under_three_months", "longer"] as const;

export function AgeBars({ ages }: { ages: Readonly<Record<string, number>> }) {
  const most = Math.max(1, ...AGES.map((age) => ages[age] ?? 0));
  return (
    <ul className={styles.ages} aria-label={t("waitlist.ages")}>
      {AGES.map((age) => {
        const count = ages[age] ?? 0;
        return (
          <li key={age}>
            <b className="numbers">{countWords(count)}</b>
            <i aria-hidden="true" data-none={count === 0 || undefined} style={{ height: `${4 + (count / most) * 44}px` }} />
            <span>{nameOf("age", age)}</span>
          </li>
        );
      })}
    </ul>
  );
}
