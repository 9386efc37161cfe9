/** The five campaign parameters that every link of the message carries, so that the shop's statistics know it. */
import { t } from "../texts/texts";
import type { ContentProps } from "./Composer";
import styles from "./Composer.module.css";
import { TemplateField } from "./TemplateField";

const PARAMETERS = ["source", "medium", "campaign", "term", "content"] as const;

export function UtmFields({ content, change }: ContentProps) {
  const utm = (content["utm"] ?? {}) as Readonly<Record<string, string | null>>;
  return (
    <details className={styles.more}>
      <summary>{t("utm.title")}</summary>
      {PARAMETERS.map((name) => (
        <TemplateField
          key={name}
          isAddress
          label={t(`utm.${name}`)}
          value={utm[name] ?? ""}
          onChange={(value) => change({ utm: { ...utm, [name]: value || null } }, `utm:${name}`)}
        />
      ))}
    </details>
  );
}
