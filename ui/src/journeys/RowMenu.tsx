/** What can be done with a journey of the list: copy, export, name its tags, put it away. */
import { ActionIcon, Menu } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Archive, CopyPlus, Download, Ellipsis, Pencil, Tags, UserRound } from "lucide-react";
import { lazy, Suspense, useState } from "react";

import type { JourneyRow } from "../client/types";
import { useMay } from "../shell/may";
import { t } from "../texts/texts";
import { saveAsFile } from "./exporting";
import styles from "./JourneysPage.module.css";
import { journeyQuery } from "./queries";
import type { Doing } from "./RowDialog";

/** Few ask for it, and its fields are heavy. */
const RowDialog = lazy(async () => ({ default: (await import("./RowDialog")).RowDialog }));
const ACTS = ["rename", "tags", "owner", "duplicate", "archive"] as const;
const ICONS = { rename: Pencil, tags: Tags, owner: UserRound, duplicate: CopyPlus, archive: Archive } as const;

export function RowMenu({ journey }: { journey: JourneyRow }) {
  const queries = useQueryClient();
  const mayEdit = useMay("edit_journeys");
  const [doing, setDoing] = useState<Doing | null>(null);
  const save = async () => saveAsFile(await queries.fetchQuery(journeyQuery(journey.id)));
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" className={styles.menu ?? ""} aria-label={t("journeys.menu", { journey: journey.name })}>
            <Ellipsis size={16} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {ACTS.filter(() => mayEdit).map((one) => {
            const Icon = ICONS[one];
            return (
              <Menu.Item key={one} leftSection={<Icon size={14} aria-hidden="true" />} onClick={() => setDoing(one)}>
                {t(`journeys.do.${one}`)}
              </Menu.Item>
            );
          })}
          <Menu.Item leftSection={<Download size={14} aria-hidden="true" />} onClick={() => void save()}>
            {t("journeys.export")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {doing !== null && (
        <Suspense>
          <RowDialog journey={journey} doing={doing} onClose={() => setDoing(null)} />
        </Suspense>
      )}
    </>
  );
}
