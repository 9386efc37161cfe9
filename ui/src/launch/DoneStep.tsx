/** It is out: which version, in which state, and where to watch it. */
import { Button } from "@mantine/core";
import { PartyPopper } from "lucide-react";
import { Link } from "react-router";

import type { JourneyStatus } from "../client/types";
import { dateWords } from "../texts/times";
import { t } from "../texts/texts";
import styles from "./Launch.module.css";
import type { Plan } from "./LaunchPanel";

interface Props {
  launched: { version: number; status: JourneyStatus; migrating: number };
  plan: Plan;
}

export function DoneStep({ launched, plan }: Props) {
  return (
    <div className={styles.done} role="status">
      <span>
        <PartyPopper size={24} aria-hidden="true" />
      </span>
      <h2>{t("launch.done", { version: launched.version })}</h2>
      <p>
        {plan.startsAt === null ? t(launched.status === "test" ? "launch.doneTest" : "launch.doneNow") : t("launch.doneLater", { date: dateWords(plan.startsAt) })}
      </p>
      {launched.migrating > 0 && <p>{t("launch.migrating", { count: launched.migrating })}</p>}
      <Button component={Link} to={`?version=${launched.version}`}>
        {t("launch.watch")}
      </Button>
    </div>
  );
}
