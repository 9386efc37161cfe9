/** Plays a walk: from the start, a step back, on by itself, a step on. */
import { ActionIcon, Tooltip } from "@mantine/core";
import { Pause, Play, SkipBack, StepBack, StepForward } from "lucide-react";
import { useEffect, useState } from "react";

import { t } from "../texts/texts";
import styles from "./Simulate.module.css";

interface Props {
  count: number;
  /** How many of the steps have been shown. */
  shown: number;
  onShow: (shown: number) => void;
}

const BEAT_MS = 700;

export function Player({ count, shown, onShow }: Props) {
  const [wantsOn, setWantsOn] = useState(false);
  const isPlaying = wantsOn && shown < count;
  useEffect(() => {
    if (!isPlaying) return;
    const beat = setTimeout(() => onShow(shown + 1), BEAT_MS);
    return () => clearTimeout(beat);
  }, [isPlaying, shown, onShow]);

  const stop = (at: number) => {
    setWantsOn(false);
    onShow(at);
  };
  const play = () => {
    setWantsOn(!isPlaying);
    if (!isPlaying && shown >= count) onShow(1);
  };
  const controls = [
    { label: t("player.start"), icon: SkipBack, isEnabled: shown > 1, act: () => stop(1) },
    { label: t("player.back"), icon: StepBack, isEnabled: shown > 1, act: () => stop(shown - 1) },
    { label: t(isPlaying ? "player.pause" : "player.play"), icon: isPlaying ? Pause : Play, isEnabled: count > 1, act: play },
    { label: t("player.on"), icon: StepForward, isEnabled: shown < count, act: () => stop(shown + 1) },
  ];
  return (
    <div className={styles.player} role="toolbar" aria-label={t("player.label")}>
      {controls.map(({ label, icon: Icon, isEnabled, act }) => (
        <Tooltip key={label} label={label}>
          <ActionIcon variant="subtle" color="gray" size={30} aria-label={label} disabled={!isEnabled} onClick={act}>
            <Icon size={15} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
      ))}
      <span className="numbers">{t("player.place", { shown, count })}</span>
    </div>
  );
}
