/** The numbers of a node, large. */
import { Skeleton } from "@mantine/core";

import { droppedTotal } from "../canvas/flow";
import type { NodeCounts } from "../client/types";
import type { CountName } from "../nodes/face";
import { t } from "../texts/texts";
import { countWords } from "../texts/words";
import styles from "./panels.module.css";

interface Props {
  names: readonly CountName[];
  numbers: NodeCounts | undefined;
  isPending: boolean;
  isEnd: boolean;
}

export function NodeNumbers({ names, numbers, isPending, isEnd }: Props) {
  return (
    <dl className={styles.numbers}>
      {names.map((name) => (
        <div key={name}>
          <dt>{isEnd ? t("counts.endedHere") : t(`counts.${name}`)}</dt>
          <dd data-lit={(name === "waiting" && (numbers?.waiting ?? 0) > 0) || undefined}>
            {isPending ? <Skeleton height={20} width={44} /> : countWords(amountOf(name, numbers))}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function amountOf(name: CountName, numbers: NodeCounts | undefined): number {
  if (numbers === undefined) return 0;
  return name === "dropped" ? droppedTotal(numbers) : numbers[name];
}
