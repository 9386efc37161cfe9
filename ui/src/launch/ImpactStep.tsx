/** Who stands where now, and what becomes of them: they keep their version, move to the new one, or leave. */
import { NativeSelect, Radio, Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { Problem } from "../client/problem";
import { nodeById } from "../document/journey";
import { useDocument } from "../editor/store";
import { lookOf } from "../nodes/registry";
import { ProblemState } from "../shell/ProblemState";
import { t } from "../texts/texts";
import { countWords } from "../texts/words";
import { impactQuery, type Migration } from "./impact";
import styles from "./Launch.module.css";

interface Props {
  journeyId: string;
  migration: Migration;
  onChange: (migration: Migration) => void;
}

const CHOICES = ["keep", "move", "exit"] as const;

export function ImpactStep({ journeyId, migration, onChange }: Props) {
  const document = useDocument();
  const impact = useQuery(impactQuery(journeyId, migration));
  if (impact.isError) return <ProblemState problem={Problem.of(impact.error)} onRetry={() => void impact.refetch()} />;
  if (impact.data === undefined) return <Skeleton height={200} />;
  const { total, nodes } = impact.data;
  const labelOf = ({ node: id, label }: (typeof nodes)[number]) => {
    const node = nodeById(document.graph, id);
    return node === undefined ? label : lookOf(node, document.messages).title;
  };
  const targets = document.graph.nodes.map((node) => ({ value: node.id, label: lookOf(node, document.messages).title }));
  return (
    <>
      <h2>{t("launch.inside", { count: total, number: countWords(total) })}</h2>
      {total > 0 && (
        <>
          <Radio.Group value={migration.choice} onChange={(choice) => onChange({ ...migration, choice: choice as Migration["choice"] })} aria-label={t("launch.choice")}>
            <Stack gap={10}>
              {CHOICES.map((choice) => (
                <Radio key={choice} value={choice} label={t(`launch.migration.${choice}`)} description={t(`launch.migrationDetail.${choice}`)} />
              ))}
            </Stack>
          </Radio.Group>
          <table className={styles.impact}>
            <thead>
              <tr>
                <th scope="col">{t("launch.standsAt")}</th>
                <th scope="col">{t("launch.people")}</th>
                <th scope="col">{t("launch.becomes")}</th>
              </tr>
            </thead>
            <tbody>
              {nodes.map((node) => (
                <tr key={`${node.version}:${node.node}`}>
                  <td>
                    {labelOf(node)}
                    <small>{t("versions.number", { number: node.version })}</small>
                  </td>
                  <td>{countWords(node.enrollments)}</td>
                  <td>
                    {node.outcome === "needs_mapping" || node.node in migration.mapping ? (
                      <NativeSelect
                        size="xs"
                        aria-label={t("launch.mapTo", { node: node.label })}
                        value={migration.mapping[node.node] ?? ""}
                        data={[{ value: "", label: t("launch.chooseNode") }, ...targets]}
                        onChange={(event) => onChange({ ...migration, mapping: mapped(migration.mapping, node.node, event.currentTarget.value) })}
                      />
                    ) : (
                      t(`launch.outcome.${node.outcome}`)
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {nodes.some(({ outcome }) => outcome === "needs_mapping") && <p className={styles.missing}>{t("launch.chooseAll")}</p>}
        </>
      )}
    </>
  );
}

function mapped(mapping: Record<string, string>, from: string, to: string): Record<string, string> {
  const rest = Object.fromEntries(Object.entries(mapping).filter(([node]) => node !== from));
  return to === "" ? rest : { ...rest, [from]: to };
}
