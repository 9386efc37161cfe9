/** How many entered day by day, as a small line; the words say what the eye sees. */
import { t } from "../texts/texts";
import { countWords } from "../texts/words";
import styles from "./Sparkline.module.css";

const WIDTH = 72;
const HEIGHT = 20;
const INSET = 2;

export function Sparkline({ days }: { days: readonly number[] }) {
  const most = Math.max(...days, 1);
  const step = (WIDTH - 2 * INSET) / Math.max(days.length - 1, 1);
  const points = days.map((count, day) => `${INSET + day * step},${HEIGHT - INSET - (count / most) * (HEIGHT - 2 * INSET)}`);
  const all = days.reduce((sum, count) => sum + count, 0);
  return (
    <svg
      className={styles.line}
      data-none={all === 0 || undefined}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={t("journeys.lately", { count: all, number: countWords(all), days: days.length })}
    >
      <polyline points={points.join(" ")} />
    </svg>
  );
}
