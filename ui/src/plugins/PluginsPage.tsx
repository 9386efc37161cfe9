/** What developers brought to this Waitline, file by file; what was set aside comes first, with the reason. */
import { Skeleton } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Blocks, Megaphone, Puzzle, TriangleAlert, Workflow } from "lucide-react";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import type { components } from "../client/schema";
import { Chip } from "../shell/Chip";
import { EmptyState } from "../shell/EmptyState";
import page from "../shell/page.module.css";
import { PageHeader } from "../shell/PageHeader";
import { ProblemState } from "../shell/ProblemState";
import { t } from "../texts/texts";
import styles from "./PluginsPage.module.css";

type Plugin = components["schemas"]["PluginAnswer"];
type Brought = Plugin["brings"][number];

const ICONS = { node: Blocks, channel: Megaphone, workflow: Workflow } as const;

const pluginsQuery = queryOptions({
  queryKey: ["plugins"],
  queryFn: ({ signal }) => read(api.GET("/v1/plugins", { signal })),
});

export function PluginsPage() {
  const plugins = useQuery(pluginsQuery);
  return (
    <div className={page.page}>
      <PageHeader title={t("plugins.title")} detail={t("plugins.detail")} />
      <section className={page.card} aria-label={t("plugins.title")}>
        {plugins.isPending && <Skeleton height={120} radius="md" />}
        {plugins.isError && <ProblemState problem={Problem.of(plugins.error)} onRetry={() => void plugins.refetch()} />}
        {plugins.data?.items.length === 0 && (
          <EmptyState icon={Puzzle} title={t("plugins.empty.title")} detail={t("plugins.empty.detail")} />
        )}
        {plugins.data !== undefined && plugins.data.items.length > 0 && (
          <ul className={styles.rows}>
            {plugins.data.items.map((plugin) => (
              <li key={plugin.place} className={styles.row}>
                <Row plugin={plugin} />
              </li>
            ))}
          </ul>
        )}
      </section>
      <p className={styles.note}>{t("plugins.note")}</p>
    </div>
  );
}

function Row({ plugin: { place, brings, problem } }: { plugin: Plugin }) {
  return (
    <>
      <code>{place}</code>
      {problem === null ? (
        <ul className={styles.things}>
          {brings.map((one) => (
            <li key={`${one.kind} ${one.name}`}>
              <Thing thing={one} />
            </li>
          ))}
          {brings.length === 0 && <li className={styles.nothing}>{t("plugins.nothing")}</li>}
        </ul>
      ) : (
        <div className={styles.aside}>
          <Chip tone="bad" icon={TriangleAlert}>
            {t("plugins.aside")}
          </Chip>
          <p>{problem}</p>
        </div>
      )}
    </>
  );
}

function Thing({ thing: { kind, name, label } }: { thing: Brought }) {
  return (
    <>
      <Chip icon={ICONS[kind]}>{t(`plugins.kind.${kind}`)}</Chip> <b>{label}</b> <code>{name}</code>
    </>
  );
}
