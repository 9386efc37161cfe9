/** How the available units of a variant moved: a line of steps, with a mark where it came back. */
import { useElementSize } from "@mantine/hooks";

import { useNow } from "../shell/useNow";
import { t } from "../texts/texts";
import { dateWords } from "../texts/times";
import { countWords } from "../texts/words";
import { type Move, shapeOf } from "./steps";
import styles from "./StockChart.module.css";

const HEIGHT = 132;

export function StockChart({ moves }: { moves: readonly Move[] }) {
  const now = useNow();
  const { ref, width } = useElementSize();
  const shape = shapeOf(moves, now.getTime(), { width: Math.max(width, 1), height: HEIGHT });
  const newest = moves.at(-1)?.after ?? 0;
  return (
    <figure className={styles.chart}>
      <figcaption>
        <span>{t("catalog.history")}</span>
        <span className={styles.key}>
          <i aria-hidden="true" /> {t("catalog.restocks", { count: shape.restocks.length })}
        </span>
      </figcaption>
      <div ref={ref} className={styles.plot}>
        <svg
          width={width}
          height={HEIGHT}
          viewBox={`0 -6 ${Math.max(width, 1)} ${HEIGHT + 12}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={t("catalog.chart", { moves: moves.length, restocks: shape.restocks.length, now: newest })}
        >
          <defs>
            <linearGradient id="stock-area" x1="0" y1="0" x2="0" y2="1">
              <stop offset="0" stopColor="var(--good)" stopOpacity="0.26" />
              <stop offset="1" stopColor="var(--good)" stopOpacity="0.02" />
            </linearGradient>
          </defs>
          <line x1={0} x2={width} y1={shape.zero} y2={shape.zero} className={styles.zero} />
          <path d={shape.area} fill="url(#stock-area)" />
          <path d={shape.line} className={styles.line} />
          {shape.restocks.map(({ x, y, at, after }) => (
            <circle key={at} cx={x} cy={y} r={4} className={styles.restock}>
              <title>{t("catalog.cameBack", { date: dateWords(at), units: countWords(after) })}</title>
            </circle>
          ))}
        </svg>
        <span className={styles.most}>{countWords(shape.most)}</span>
      </div>
      <div className={styles.times}>
        <span>{dateWords(new Date(shape.from).toISOString())}</span>
        <span>{t("catalog.now")}</span>
      </div>
    </figure>
  );
}
