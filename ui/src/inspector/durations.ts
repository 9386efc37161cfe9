/** A length of time as an amount and a unit, and as the ISO 8601 text that the document holds. */
import { durationSeconds } from "../texts/words";

export const UNITS = ["minutes", "hours", "days", "weeks"] as const;
export type Unit = (typeof UNITS)[number];

const SECONDS: Readonly<Record<Unit, number>> = { minutes: 60, hours: 3_600, days: 86_400, weeks: 604_800 };

export interface Length {
  amount: number;
  unit: Unit;
}

/** In the largest unit that leaves no rest: an hour and a half is 90 minutes. */
export function lengthOf(iso: string | null | undefined): Length {
  const seconds = Math.abs(durationSeconds(iso ?? "") ?? 0);
  const unit = UNITS.toReversed().find((one) => one !== "weeks" && seconds % SECONDS[one] === 0 && seconds > 0) ?? "minutes";
  return seconds === 0 ? { amount: 0, unit: "hours" } : { amount: Math.round((seconds / SECONDS[unit]) * 100) / 100, unit };
}

export function isoOf({ amount, unit }: Length): string {
  switch (unit) {
    case "minutes":
      return `PT${amount}M`;
    case "hours":
      return `PT${amount}H`;
    case "days":
      return `P${amount}D`;
    case "weeks":
      return `P${amount * 7}D`;
  }
}
