/** Where a journey stands in its life. */
import type { JourneyStatus, Tone } from "../client/types";
import { Chip } from "../shell/Chip";
import { t } from "../texts/texts";

const TONES: Readonly<Record<JourneyStatus, Tone | "accent">> = {
  draft: "neutral",
  test: "accent",
  active: "good",
  paused: "warn",
  ended: "neutral",
};

export function StatusChip({ status }: { status: JourneyStatus }) {
  return (
    <Chip tone={TONES[status]} dot={status === "active" ? "lit" : "still"}>
      {t(`names.status.${status}`)}
    </Chip>
  );
}
