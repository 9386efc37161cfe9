/** Recorded facts as they are, for who wants to know exactly: names in code, instants in words, lists as tables. */
import type { Facts } from "../client/api";
import { t } from "../texts/texts";
import styles from "./FactList.module.css";
import { factWords, isNothing, isRecords } from "./facts";

export function FactList({ facts }: { facts: Facts }) {
  const known = Object.entries(facts).filter(([, value]) => !isNothing(value));
  return (
    <dl className={styles.facts}>
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{isRecords(value) ? <Records records={value} /> : factWords(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A list of records: folded, since a trail may be long. */
function Records({ records }: { records: readonly Facts[] }) {
  const columns = [...new Set(records.flatMap((one) => Object.keys(one).filter((name) => !isNothing(one[name]))))];
  return (
    <details>
      <summary>{t("timeline.entries", { count: records.length })}</summary>
      <div className={styles.scroll}>
        <table>
          <thead>
            <tr>
              {columns.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {records.map((one) => (
              <tr key={JSON.stringify(one)}>
                {columns.map((name) => (
                  <td key={name}>{isNothing(one[name]) ? "" : factWords(one[name])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
