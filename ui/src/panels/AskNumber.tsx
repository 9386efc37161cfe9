/** A number that shows who is behind it, to those who may see people; nobody is behind none. */
import { useMay } from "../shell/may";
import { t } from "../texts/texts";
import { countWords } from "../texts/words";
import styles from "./panels.module.css";

interface Props {
  count: number;
  what: string;
  onAsk: () => void;
}

export function AskNumber({ count, what, onAsk }: Props) {
  const seesPeople = useMay("see_people");
  const number = countWords(count);
  if (count === 0 || !seesPeople) return number;
  return (
    <button type="button" className={styles.number} aria-label={t("canvas.showPeople", { count, number, what })} onClick={onAsk}>
      {number}
    </button>
  );
}
