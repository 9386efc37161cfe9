/** The numbers of a node, large. */
import { Skeleton } from "@mantine/core";

import { droppedTotal } from "../canvas/flow";
import type { NodeCounts } from "../client/types";
import { type CountName, countTitle } from "../nodes/face";
import { AskNumber } from "./AskNumber";
import styles from "./panels.module.css";

interface Props {
  names: readonly CountName[];
  numbers: NodeCounts | undefined;
  isPending: boolean;
  isLast: boolean;
  onAsk: (did: CountName) => void;
}

export function NodeNumbers({ names, numbers, isPending, isLast, onAsk }: Props) {
  return (
    <dl className={styles.numbers}>
      {names.map((name) => (
        <div key={name}>
          <dt>{countTitle(name, isLast)}</dt>
          <dd data-lit={(name === "waiting" && (numbers?.waiting ?? 0) > 0) || undefined}>
            {isPending ? <Skeleton height={20} width={44} /> : <AskNumber count={amountOf(name, numbers)} what={countTitle(name, isLast)} onAsk={() => onAsk(name)} />}
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
