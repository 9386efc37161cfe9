/** Go to a day: the timeline then begins with the last thing that happened on it, where the viewer is. */
import { dayKey } from "../texts/times";
import { t } from "../texts/texts";
import styles from "./DayPicker.module.css";

interface Props {
  until: string | null;
  onUntil: (until: string | null) => void;
}

export function DayPicker({ until, onUntil }: Props) {
  return (
    <input
      type="date"
      className={styles.dayPicker}
      aria-label={t("timeline.day")}
      title={t("timeline.day")}
      value={until === null ? "" : dayKey(until)}
      max="9999-12-31"
      onChange={({ currentTarget: { value } }) => onUntil(value === "" ? null : endOf(value))}
    />
  );
}

/** The last instant of a day (2027-03-01) where the viewer is. */
function endOf(day: string): string | null {
  const end = new Date(`${day}T23:59:59.999`);
  return Number.isNaN(end.getTime()) ? null : end.toISOString();
}
