/** One release: what it is of, how it goes, what it does next, and the ways to hold or end it. */
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { ChevronDown, Pause, Play, Square } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";

import { Problem } from "../client/problem";
import type { Tone } from "../client/types";
import { Chip } from "../shell/Chip";
import { Moment } from "../shell/Moment";
import { nameOf, t } from "../texts/texts";
import { countWords, shareWords } from "../texts/words";
import { Countdown } from "./Countdown";
import { controlRelease } from "./queries";
import styles from "./ReleaseCard.module.css";
import { ReleaseOrder } from "./ReleaseOrder";
import type { Release } from "./types";

const TONES: Readonly<Record<Release["status"], Tone | "accent">> = {
  running: "good",
  holding: "accent",
  paused: "warn",
  ended: "neutral",
};

export function ReleaseCard({ release }: { release: Release }) {
  const [isOpen, setIsOpen] = useState(false);
  const { status } = release;
  return (
    <article className={styles.card}>
      <header className={styles.head}>
        <div>
          <h3>{release.variant.title}</h3>
          <p>
            <Link to={`/journeys/${encodeURIComponent(release.journey.id)}`}>{release.journey.name}</Link>
            <span className="mono">{release.variant.sku}</span>
            <Moment at={release.started_at} />
          </p>
        </div>
        <Chip tone={TONES[status]} dot={status === "running" ? "lit" : "still"}>
          {nameOf("release_status", status)}
        </Chip>
        {status !== "ended" && <Controls release={release} />}
      </header>
      <Funnel release={release} />
      <footer className={styles.foot}>
        <span className={styles.next}>
          <Next release={release} />
        </span>
        {release.released > 0 && (
          <button type="button" className={styles.toggle} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
            {t("releases.order")}
            <ChevronDown size={14} aria-hidden="true" />
          </button>
        )}
      </footer>
      {isOpen && <ReleaseOrder id={release.id} />}
    </article>
  );
}

function Controls({ release }: { release: Release }) {
  const control = useMutation(controlRelease(release.id));
  const [isSure, setIsSure] = useState(false);
  const isPaused = release.status === "paused";
  return (
    <div className={styles.controls}>
      <Button
        size="xs"
        variant="default"
        leftSection={isPaused ? <Play size={13} aria-hidden="true" /> : <Pause size={13} aria-hidden="true" />}
        loading={control.isPending}
        onClick={() => control.mutate(isPaused ? "resume" : "pause")}
      >
        {isPaused ? t("releases.resume") : t("releases.pause")}
      </Button>
      <Button
        size="xs"
        variant={isSure ? "filled" : "default"}
        color={isSure ? "red.9" : undefined}
        leftSection={<Square size={12} aria-hidden="true" />}
        disabled={control.isPending}
        onBlur={() => setIsSure(false)}
        onClick={() => (isSure ? control.mutate("stop") : setIsSure(true))}
      >
        {isSure ? t("releases.sure") : t("releases.stop")}
      </Button>
      {control.isError && <p role="alert">{Problem.of(control.error).detail}</p>}
    </div>
  );
}

/** Let in, told, bought: each as a part of those let in; beside them the stock. */
function Funnel({ release }: { release: Release }) {
  const steps = [
    { name: t("releases.released"), count: release.released, tint: "entry" },
    { name: t("releases.notified"), count: release.notified, tint: "time" },
    { name: t("releases.bought"), count: release.bought, tint: "message" },
  ];
  return (
    <dl className={styles.funnel}>
      {steps.map(({ name, count, tint }) => (
        <div key={name} data-tint={tint}>
          <dt>{name}</dt>
          <dd>
            {countWords(count)}
            {count !== release.released && <small>{shareWords(count, release.released)}</small>}
          </dd>
          <i aria-hidden="true">
            <i style={{ width: release.released === 0 ? 0 : `${Math.min(1, count / release.released) * 100}%` }} />
          </i>
        </div>
      ))}
      <div data-tint="goal">
        <dt>{t("releases.stock")}</dt>
        <dd>
          {countWords(Math.max(0, release.available))}
          <small>{t("releases.of", { count: release.offered })}</small>
        </dd>
        <i aria-hidden="true">
          <i style={{ width: `${Math.max(0, Math.min(1, release.available / Math.max(1, release.offered))) * 100}%` }} />
        </i>
      </div>
    </dl>
  );
}

/** What happens next, or how it ended. */
function Next({ release }: { release: Release }) {
  const waiting = t("releases.waiting", { count: release.waiting });
  const leftOut = release.left_out > 0 ? ` · ${t("releases.leftOut", { count: release.left_out })}` : "";
  if (release.status === "holding" && release.next_at !== null && release.reason !== "allotted") {
    return (
      <>
        {nameOf("release_reason", release.reason ?? "next_batch")} <Countdown until={release.next_at} /> · {waiting}
        {leftOut}
      </>
    );
  }
  const words = release.reason === null ? nameOf("release_next", release.status) : nameOf("release_reason", release.reason);
  return (
    <>
      {words} · {waiting}
      {leftOut}
    </>
  );
}
