/** From draft to live in five steps: the checklist, what changes, who is inside, when it runs, done. */
import { Button, Group, Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowLeft, ArrowRight, Rocket } from "lucide-react";
import { useEffect, useState } from "react";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import type { Journey } from "../client/types";
import type { Autosave } from "../editor/autosave";
import { t } from "../texts/texts";
import { ChangesStep } from "./ChangesStep";
import { Checklist } from "./Checklist";
import { DoneStep } from "./DoneStep";
import { ImpactStep } from "./ImpactStep";
import styles from "./Launch.module.css";
import { ScheduleStep } from "./ScheduleStep";

export type LaunchStep = "checklist" | "changes" | "impact" | "schedule" | "done";

export interface Migration {
  choice: "keep" | "move" | "exit";
  mapping: Record<string, string>;
}

export interface Plan {
  migration: Migration;
  status: "active" | "test";
  startsAt: string | null;
  endsAt: string | null;
}

interface Props {
  journey: Journey;
  liveVersion: number | null;
  autosave: Autosave;
}

export function LaunchPanel({ journey, liveVersion, autosave }: Props) {
  const queries = useQueryClient();
  const [step, setStep] = useState<LaunchStep>("checklist");
  const [plan, setPlan] = useState<Plan>({
    migration: { choice: "keep", mapping: {} },
    status: "active",
    startsAt: null,
    endsAt: null,
  });
  const steps: readonly LaunchStep[] =
    liveVersion === null ? ["checklist", "schedule", "done"] : ["checklist", "changes", "impact", "schedule", "done"];
  const { flush } = autosave;
  useEffect(() => void flush(), [flush]);

  const readiness = useQuery({
    queryKey: ["journeys", journey.id, "draft-checks", "readiness", autosave.revision],
    queryFn: () => read(api.GET("/v1/journeys/{journey_id}/readiness", { params: { path: { journey_id: journey.id } } })),
    enabled: autosave.state.kind === "saved",
  });
  const launch = useMutation({
    mutationFn: async () => {
      const revision = (await flush()) ?? autosave.revision;
      return read(
        api.POST("/v1/journeys/{journey_id}/publish", {
          params: { path: { journey_id: journey.id } },
          body: { revision, migration: plan.migration, status: plan.status, starts_at: plan.startsAt, ends_at: plan.endsAt },
        }),
      );
    },
    onSuccess: async () => {
      setStep("done");
      await queries.invalidateQueries({ queryKey: ["journeys"], refetchType: "active", predicate: ({ queryKey }) => queryKey[2] !== "draft" });
    },
  });

  const at = steps.indexOf(step);
  const go = (by: number) => setStep(steps[at + by] ?? step);
  const isReady = readiness.data?.ready === true;
  const problem = launch.isError ? Problem.of(launch.error) : null;

  return (
    <div className={styles.launch}>
      {step !== "done" && (
        <ol className={styles.steps} aria-label={t("launch.steps")}>
          {steps.filter((one) => one !== "done").map((one, index) => (
            <li key={one} aria-current={one === step ? "step" : undefined} data-past={index < at || undefined}>
              {t(`launch.step.${one}`)}
            </li>
          ))}
        </ol>
      )}
      <div className={styles.content}>
        {step === "checklist" && (readiness.data === undefined ? <Skeleton height={220} /> : <Checklist items={readiness.data.items} />)}
        {step === "changes" && <ChangesStep journeyId={journey.id} revision={autosave.revision} liveVersion={liveVersion} />}
        {step === "impact" && (
          <ImpactStep journeyId={journey.id} migration={plan.migration} onChange={(migration) => setPlan({ ...plan, migration })} />
        )}
        {step === "schedule" && <ScheduleStep plan={plan} onChange={setPlan} />}
        {step === "done" && launch.data !== undefined && <DoneStep launched={launch.data} plan={plan} />}
        {problem !== null && (
          <div role="alert" className={styles.refused}>
            <b>{problem.title}</b>
            <p>{problem.detail}</p>
            {problem.errors.map(({ field, detail }) => (
              <p key={`${field}:${detail}`}>{detail}</p>
            ))}
          </div>
        )}
      </div>
      {step !== "done" && (
        <Group justify="space-between" className={styles.foot ?? ""}>
          {at > 0 ? (
            <Button variant="default" size="sm" leftSection={<ArrowLeft size={15} aria-hidden="true" />} onClick={() => go(-1)}>
              {t("launch.back")}
            </Button>
          ) : (
            <span />
          )}
          {step === "schedule" ? (
            <Button
              size="sm"
              leftSection={<Rocket size={15} aria-hidden="true" />}
              disabled={!isReady}
              loading={launch.isPending}
              onClick={() => launch.mutate()}
            >
              {t(plan.status === "test" ? "launch.test" : "launch.go")}
            </Button>
          ) : (
            <Button size="sm" rightSection={<ArrowRight size={15} aria-hidden="true" />} disabled={!isReady} onClick={() => go(1)}>
              {t("launch.next")}
            </Button>
          )}
        </Group>
      )}
    </div>
  );
}
