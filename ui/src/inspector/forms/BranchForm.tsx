/** The ways of a branch, asked from the top; each has a name and a condition with its live count. */
import { ActionIcon, Button, TextInput } from "@mantine/core";
import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";

import { ConditionBuilder } from "../../conditions/ConditionBuilder";
import { MatchCount } from "../../conditions/MatchCount";
import type { BranchWay } from "../../document/journey";
import { freshName } from "../../edits/names";
import { t } from "../../texts/texts";
import { type FormProps, useFieldProblem } from "../form";
import styles from "../Inspector.module.css";

export function BranchForm({ node, change }: FormProps<"branch">) {
  const problem = useFieldProblem();
  const { ways } = node;
  const put = (next: readonly BranchWay[], field = "ways") => change({ ways: next }, field);
  const swap = (index: number, other: number) => {
    const [one, two] = [ways[index], ways[other]];
    if (one !== undefined && two !== undefined) put(ways.with(index, two).with(other, one), "order");
  };
  const add = () => {
    const id = freshName("way", [...ways.map((way) => way.id), "otherwise"]);
    put([...ways, { id, title: t("form.branch.newWay", { number: ways.length + 1 }), when: { kind: "all", of: [] } }], "add");
  };
  return (
    <>
      <p className={styles.hint}>{t("form.branch.hint")}</p>
      {ways.map((way, index) => (
        <div key={way.id} className={styles.card}>
          <div className={styles.cardRow}>
            <TextInput
              aria-label={t("form.branch.name")}
              value={way.title ?? way.id}
              onChange={(event) => put(ways.with(index, { ...way, title: event.currentTarget.value }), `way:${way.id}:title`)}
            />
            <ActionIcon variant="subtle" color="gray" disabled={index === 0} aria-label={t("form.branch.up")} onClick={() => swap(index, index - 1)}>
              <ArrowUp size={15} aria-hidden="true" />
            </ActionIcon>
            <ActionIcon variant="subtle" color="gray" disabled={index === ways.length - 1} aria-label={t("form.branch.down")} onClick={() => swap(index, index + 1)}>
              <ArrowDown size={15} aria-hidden="true" />
            </ActionIcon>
            <ActionIcon variant="subtle" color="gray" aria-label={t("form.branch.remove")} onClick={() => put(ways.toSpliced(index, 1), "remove")}>
              <X size={15} aria-hidden="true" />
            </ActionIcon>
          </div>
          <ConditionBuilder
            label={way.title ?? way.id}
            scope="profile"
            value={way.when}
            onChange={(when) => put(ways.with(index, { ...way, when: when ?? { kind: "all", of: [] } }), `way:${way.id}:when`)}
            foot={<MatchCount condition={way.when} />}
          />
          {problem(`ways.${index}`) !== undefined && (
            <p className={styles.problem} role="alert">
              {problem(`ways.${index}`)}
            </p>
          )}
        </div>
      ))}
      <Button variant="default" size="xs" className={styles.add ?? ""} leftSection={<Plus size={14} aria-hidden="true" />} onClick={add}>
        {t("form.branch.add")}
      </Button>
    </>
  );
}
