/** Named counts as bars, the largest first: why people dropped out, how enrollments ended. */
import type { Tone } from "../client/types";
import { shareWords } from "../texts/words";
import { AskNumber } from "./AskNumber";
import styles from "./panels.module.css";

interface Props {
  counts: Readonly<Record<string, number>>;
  name: (code: string) => string;
  whenEmpty: string;
  tone: Tone;
  /** Show who is behind one of them. */
  onAsk: (code: string) => void;
}

export function ShareBars({ counts, name, whenEmpty, tone, onAsk }: Props) {
  const rows = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .toSorted(([, one], [, other]) => other - one);
  const whole = rows.reduce((sum, [, count]) => sum + count, 0);
  if (rows.length === 0) return <p className={styles.none}>{whenEmpty}</p>;
  return (
    <ul className={styles.bars} data-tone={tone}>
      {rows.map(([code, count]) => (
        <li key={code}>
          <span>{name(code)}</span>
          <b className="numbers">
            <AskNumber count={count} what={name(code)} onAsk={() => onAsk(code)} />
          </b>
          <small className="numbers">{shareWords(count, whole)}</small>
          <i aria-hidden="true">
            <i style={{ width: `${(count / whole) * 100}%` }} />
          </i>
        </li>
      ))}
    </ul>
  );
}
