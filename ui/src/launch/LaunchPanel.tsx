/** From draft to live in five steps: the checklist, what changes, who is inside, when it runs, done. */
import { Button, Group, Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowLeft, ArrowRight, Rocket } from "lucide-react";
import { useEffect, useState } from "react";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import type { components } from "../client/schema";
import type { Journey } from "../client/types";
import type { Autosave } from "../editor/autosave";
import { ProblemState } from "../shell/ProblemState";
import { t } from "../texts/texts";
import { ChangesStep } from "./ChangesStep";
import { Checklist } from "./Checklist";
import { DoneStep } from "./DoneStep";
import { impactQuery, type Migration } from "./impact";
import { ImpactStep } from "./ImpactStep";
import styles from "./Launch.module.css";
import { launchRequestsQuery, PendingRequest, RefusedRequest } from "./LaunchRequests";
import { ScheduleStep } from "./ScheduleStep";

type Launched = components["schemas"]["Launched"];
export type LaunchStep = "checklist" | "changes" | "impact" | "schedule" | "done";

export interface Plan {
  migration: Migration;
  status: "active" | "test";
  startsAt: string | null;
  endsAt: string | null;
  /** To the second person, where one must approve. */
  note: string;
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
    note: "",
  });
  const [launched, setLaunched] = useState<Launched | null>(null);
  const requests = useQuery(launchRequestsQuery(journey.id));
  const isApproved = requests.data?.needed === true;
  const newest = requests.data?.items[0];
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
      const params = { path: { journey_id: journey.id } };
      const revision = (await flush()) ?? autosave.revision;
      const body = { revision, migration: plan.migration, status: plan.status, starts_at: plan.startsAt, ends_at: plan.endsAt };
      if (!isApproved) return read(api.POST("/v1/journeys/{journey_id}/publish", { params, body }));
      await read(api.POST("/v1/journeys/{journey_id}/launch-requests", { params, body: { ...body, note: plan.note.trim() || null } }));
      return null;
    },
    onSuccess: async (done) => {
      setLaunched(done);
      setStep("done");
      await queries.invalidateQueries({ queryKey: ["journeys"], refetchType: "active", predicate: ({ queryKey }) => queryKey[2] !== "draft" });
    },
  });

  const impact = useQuery({ ...impactQuery(journey.id, plan.migration), enabled: step === "impact" });
  const isUndecided = step === "impact" && impact.data?.nodes.some(({ outcome }) => outcome === "needs_mapping") !== false;

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
        {step !== "done" && newest?.state === "open" && (
          <PendingRequest
            journeyId={journey.id}
            request={newest}
            onLaunched={(done) => {
              setLaunched(done);
              setStep("done");
            }}
          />
        )}
        {step === "checklist" && newest?.state === "refused" && <RefusedRequest request={newest} />}
        {step === "checklist" && readiness.isError && (
          <ProblemState problem={Problem.of(readiness.error)} onRetry={() => void readiness.refetch()} />
        )}
        {step === "checklist" && !readiness.isError && (readiness.data === undefined ? <Skeleton height={220} /> : <Checklist items={readiness.data.items} />)}
        {step === "changes" && <ChangesStep journeyId={journey.id} revision={autosave.revision} liveVersion={liveVersion} />}
        {step === "impact" && (
          <ImpactStep journeyId={journey.id} migration={plan.migration} onChange={(migration) => setPlan({ ...plan, migration })} />
        )}
        {step === "schedule" && <ScheduleStep plan={plan} isApproved={isApproved} onChange={setPlan} />}
        {step === "done" && <DoneStep launched={launched} plan={plan} />}
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
              disabled={!isReady || requests.data === undefined}
              loading={launch.isPending}
              onClick={() => launch.mutate()}
            >
              {t(isApproved ? "launch.ask" : plan.status === "test" ? "launch.test" : "launch.go")}
            </Button>
          ) : (
            <Button size="sm" rightSection={<ArrowRight size={15} aria-hidden="true" />} disabled={!isReady || isUndecided} onClick={() => go(1)}>
              {t("launch.next")}
            </Button>
          )}
        </Group>
      )}
    </div>
  );
}
