/** How long it is until an instant, counted down by the second. */
import { useEffect, useState } from "react";

import { t } from "../texts/texts";

const SECOND_MS = 1_000;
const MINUTE = 60;
const HOUR = 60 * MINUTE;

export function Countdown({ until }: { until: string }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={until} className="numbers">
      {countdownWords(Math.round((Date.parse(until) - now) / SECOND_MS))}
    </time>
  );
}

/** "in 1:02:05", "in 4:09", "any moment". */
export function countdownWords(seconds: number): string {
  if (seconds <= 0) return t("releases.anyMoment");
  const hours = Math.floor(seconds / HOUR);
  const minutes = Math.floor((seconds % HOUR) / MINUTE);
  const rest = String(seconds % MINUTE).padStart(2, "0");
  const clock = hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
  return t("releases.in", { clock });
}
