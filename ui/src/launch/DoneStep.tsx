/** It is out, or a second person is asked: which version, in which state, and where to watch it. */
import { Button } from "@mantine/core";
import { Hourglass, PartyPopper } from "lucide-react";
import { Link } from "react-router";

import type { JourneyStatus } from "../client/types";
import { dateWords } from "../texts/times";
import { t } from "../texts/texts";
import styles from "./Launch.module.css";
import type { Plan } from "./LaunchPanel";

interface Props {
  /** Null while it waits for a second person. */
  launched: { version: number; status: JourneyStatus; migrating: number } | null;
  plan: Plan;
}

export function DoneStep({ launched, plan }: Props) {
  if (launched === null) {
    return (
      <div className={styles.done} role="status">
        <span>
          <Hourglass size={24} aria-hidden="true" />
        </span>
        <h2>{t("launch.asked")}</h2>
        <p>{t("launch.askedDetail")}</p>
      </div>
    );
  }
  return (
    <div className={styles.done} role="status">
      <span>
        <PartyPopper size={24} aria-hidden="true" />
      </span>
      <h2>{t("launch.done", { version: launched.version })}</h2>
      <p>
        {plan.startsAt === null ? t(launched.status === "test" ? "launch.doneTest" : "launch.doneNow") : t("launch.doneLater", { date: dateWords(plan.startsAt) })}
      </p>
      {launched.migrating > 0 && <p>{t(plan.migration.choice === "exit" ? "launch.leaving" : "launch.migrating", { count: launched.migrating })}</p>}
      <Button component={Link} to={`?version=${launched.version}`}>
        {t("launch.watch")}
      </Button>
    </div>
  );
}
