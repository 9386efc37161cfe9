/** An enrollment step by step: its version's canvas, a slider over its trail, and what each step knew and decided. */
import { ActionIcon, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, Footprints } from "lucide-react";
import { useMemo, useState } from "react";
import { Link, useParams } from "react-router";

import { JourneyCanvas } from "../canvas/JourneyCanvas";
import { marksOf } from "../canvas/walked";
import { Problem } from "../client/problem";
import type { Passage } from "../client/types";
import { documentFrom, type JourneyDocument, type JourneyNode, nodeById } from "../document/journey";
import { journeyVersionQuery } from "../journeys/queries";
import { lookOf } from "../nodes/registry";
import { Origins } from "../people/Origins";
import { Chip } from "../shell/Chip";
import { EmptyState } from "../shell/EmptyState";
import { PageTitle } from "../shell/PageTitle";
import { ProblemState } from "../shell/ProblemState";
import { WayOut } from "../shell/WayOut";
import { nameOf, t } from "../texts/texts";
import { ActButton } from "./ActButton";
import { cancelPassage, movePassage, skipWait } from "./acts";
import styles from "./Passage.module.css";
import { Proofs } from "./Proofs";
import { StepPanel } from "./StepPanel";
import { passageQuery } from "./queries";

export function PassagePage() {
  const { enrollmentId = "" } = useParams();
  const passage = useQuery(passageQuery(enrollmentId));
  if (passage.isError && passage.data === undefined) {
    return (
      <ProblemState
        problem={Problem.of(passage.error)}
        onRetry={() => void passage.refetch()}
        wayOut={<WayOut to="/people">{t("notFound.people")}</WayOut>}
      />
    );
  }
  return passage.data === undefined ? <Skeleton height={320} m={40} /> : <Walk passage={passage.data} />;
}

function Walk({ passage }: { passage: Passage }) {
  const { trail, journey, version, exit_reason, profile_id } = passage;
  const [index, setIndex] = useState(Math.max(trail.length - 1, 0));
  const published = useQuery(journeyVersionQuery(journey.id, version));
  const stored = published.data?.document;
  const document = useMemo(() => stored && documentFrom(stored), [stored]);
  const step = trail[index];
  const marks = useMemo(() => {
    const way = trail.slice(0, index + 1).map(({ node, outlet }, at) => ({ node, outlet, ended: exit_reason !== null && at === trail.length - 1 }));
    return document && marksOf(way, document);
  }, [trail, index, document, exit_reason]);
  /** A node that is chosen on the canvas stands for the last step that was taken there. */
  const choose = (node: string | null) => {
    const last = trail.findLastIndex((one) => one.node === node);
    if (last >= 0) setIndex(last);
  };
  return (
    <div className={styles.page}>
      <PageTitle>{t("passage.of", { journey: journey.name })}</PageTitle>
      <header className={styles.head}>
        <div>
          <h1>{t("passage.of", { journey: journey.name })}</h1>
          <p>
            {t("versions.number", { number: version })} ·{" "}
            <Link to={`/people/${encodeURIComponent(profile_id)}`}>{nameOf("origin", "profile")}</Link> ·{" "}
            <Link to={`/people/${encodeURIComponent(profile_id)}/why?journey=${encodeURIComponent(journey.id)}`}>{t("passage.why")}</Link>
          </p>
        </div>
        <Chip tone={exit_reason === null ? "accent" : "neutral"}>
          {exit_reason === null ? t("profile.inside") : nameOf("exit_reason", exit_reason)}
        </Chip>
        {exit_reason === null && (
          <div className={styles.acts}>
            <ActButton label={t("acts.skip")} detail={t("acts.skipDetail")} onAct={(reason) => skipWait(passage.id, reason)} />
            <ActButton
              label={t("acts.move")}
              detail={t("acts.moveDetail")}
              nodes={document?.graph.nodes.map((node) => ({ value: node.id, label: namedStep(node, document) })) ?? []}
              onAct={(reason, node) => movePassage(passage.id, reason, node)}
            />
            <ActButton label={t("acts.cancel")} detail={t("acts.cancelDetail")} onAct={(reason) => cancelPassage(passage.id, reason)} />
          </div>
        )}
        <Origins links={passage.links} />
        <Proofs enrollmentId={passage.id} />
      </header>
      {step === undefined ? (
        <EmptyState icon={Footprints} title={t("passage.noSteps")} detail={t("passage.noStepsDetail")} />
      ) : (
        <>
          <div className={styles.slider}>
            <ActionIcon variant="default" aria-label={t("passage.previous")} disabled={index === 0} onClick={() => setIndex(index - 1)}>
              <ChevronLeft size={16} aria-hidden="true" />
            </ActionIcon>
            <input
              type="range"
              min={0}
              max={trail.length - 1}
              value={index}
              aria-label={t("passage.slider")}
              aria-valuetext={t("passage.step", { number: index + 1, count: trail.length })}
              onChange={(event) => setIndex(Number(event.currentTarget.value))}
            />
            <ActionIcon
              variant="default"
              aria-label={t("passage.next")}
              disabled={index === trail.length - 1}
              onClick={() => setIndex(index + 1)}
            >
              <ChevronRight size={16} aria-hidden="true" />
            </ActionIcon>
            <span className="numbers">{t("passage.step", { number: index + 1, count: trail.length })}</span>
          </div>
          <div className={styles.body}>
            <div className={styles.canvas}>
              {published.isError && <ProblemState problem={Problem.of(published.error)} onRetry={() => void published.refetch()} />}
              {document !== undefined && (
                <JourneyCanvas document={document} hasCounts={false} counts={undefined} selected={step.node} marks={marks} onSelect={choose} />
              )}
            </div>
            <StepPanel passage={passage} step={step} title={titleIn(document, step.node)} />
          </div>
        </>
      )}
    </div>
  );
}

/** The step as the canvas calls it, and its id where that is all there is to tell. */
function titleIn(document: JourneyDocument | undefined, id: string): string {
  const node = document && nodeById(document.graph, id);
  return node === undefined ? id : lookOf(node, document?.messages ?? {}).title;
}

/** Two steps may be called the same: among others it takes the id, too. */
function namedStep(node: JourneyNode, { messages }: JourneyDocument): string {
  return `${lookOf(node, messages).title} (${node.id})`;
}
