/** Above the canvas: where we are, whether it is saved, what is live, and the way to launch. */
import { Button } from "@mantine/core";
import { ChevronRight, FlaskConical, Rocket } from "lucide-react";
import { memo } from "react";
import { Link } from "react-router";

import type { Journey } from "../client/types";
import { ModeSwitch } from "../journeys/ModeSwitch";
import { StatusChip } from "../journeys/StatusChip";
import { StatusMenu } from "../journeys/StatusMenu";
import { PageTitle } from "../shell/PageTitle";
import { t } from "../texts/texts";
import styles from "./Editor.module.css";
import type { SaveState } from "./saver";
import { SaveSign } from "./SaveSign";
import { useEditorStore } from "./store";

interface Props {
  journey: Journey;
  saving: SaveState;
}

export const EditorBar = memo(function EditorBar({ journey, saving }: Props) {
  const store = useEditorStore();
  return (
    <header className={styles.bar}>
      <PageTitle>{journey.name}</PageTitle>
      <nav className={styles.path} aria-label={t("shell.path")}>
        <Link to="/journeys">{t("journeys.title")}</Link>
        <ChevronRight size={14} aria-hidden="true" />
        <h1>{journey.name}</h1>
      </nav>
      <StatusChip status={journey.status} />
      <SaveSign state={saving} />
      <div className={styles.right}>
        <ModeSwitch journey={journey} shown={null} />
        <Button
          size="xs"
          variant="default"
          leftSection={<FlaskConical size={14} aria-hidden="true" />}
          onClick={() => store.getState().show("simulate")}
        >
          {t("simulate.open")}
        </Button>
        <StatusMenu journey={journey} />
        <Button size="xs" leftSection={<Rocket size={14} aria-hidden="true" />} onClick={() => store.getState().show("launch")}>
          {t("launch.open")}
        </Button>
      </div>
    </header>
  );
});
