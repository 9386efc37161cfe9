/** The shares of a split: what one gains the others lose, so that they always make a hundred percent. */
import { ActionIcon, Button, Group, NumberInput, TextInput } from "@mantine/core";
import { Equal, Plus, X } from "lucide-react";

import { freshName } from "../../edits/names";
import { evened, rebalanced } from "../../edits/shares";
import { t } from "../../texts/texts";
import { type FormProps, useFieldProblem } from "../form";
import styles from "../Inspector.module.css";

const FEWEST = 2;

export function SplitForm({ node, change }: FormProps<"split">) {
  const problem = useFieldProblem();
  const { shares } = node;
  const add = () => {
    const id = freshName("way", shares.map((share) => share.id));
    const grown = [...shares, { id, title: t("form.branch.newWay", { number: shares.length + 1 }), share: 0 }];
    change({ shares: evened(grown) }, "add");
  };
  return (
    <>
      <div className={styles.shareBar} aria-hidden="true">
        {shares.map(({ id, share }) => (
          <span key={id} style={{ flexGrow: share }} />
        ))}
      </div>
      {shares.map((share, index) => (
        <div key={share.id} className={styles.cardRow}>
          <TextInput
            aria-label={t("form.branch.name")}
            value={share.title ?? share.id}
            onChange={(event) => change({ shares: shares.with(index, { ...share, title: event.currentTarget.value }) }, `title:${share.id}`)}
          />
          <NumberInput
            aria-label={t("form.split.share", { way: share.title ?? share.id })}
            value={share.share}
            min={0}
            max={100}
            decimalScale={2}
            suffix=" %"
            w={104}
            onChange={(percent) => change({ shares: rebalanced(shares, index, Number(percent) || 0) }, `share:${share.id}`)}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={shares.length <= FEWEST}
            aria-label={t("form.branch.remove")}
            onClick={() => change({ shares: evened(shares.toSpliced(index, 1)) }, "remove")}
          >
            <X size={15} aria-hidden="true" />
          </ActionIcon>
        </div>
      ))}
      {problem("shares") !== undefined && (
        <p className={styles.problem} role="alert">
          {problem("shares")}
        </p>
      )}
      <Group gap={8}>
        <Button variant="default" size="xs" leftSection={<Plus size={14} aria-hidden="true" />} onClick={add}>
          {t("form.branch.add")}
        </Button>
        <Button variant="subtle" color="gray" size="xs" leftSection={<Equal size={14} aria-hidden="true" />} onClick={() => change({ shares: evened(shares) }, "even")}>
          {t("form.split.even")}
        </Button>
      </Group>
    </>
  );
}
