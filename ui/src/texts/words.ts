/** Numbers, durations and local-time windows in words that a marketer would use. */
import { locale, t } from "./texts";

const SECONDS = { day: 86_400, hour: 3_600, minute: 60, second: 1 } as const;
const COMPACT_FROM = 1_000_000;

/** ISO 8601 durations as the engine writes them; a year is 365 days and a month 30, as pydantic counts. */
const ISO_DURATION =
  /^(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** Length in seconds of an ISO 8601 duration, or null where the text is none. */
export function durationSeconds(iso: string): number | null {
  const match = ISO_DURATION.exec(iso);
  if (match === null || !/\d/.test(iso)) return null;
  const [years, months, weeks, days, hours, minutes, seconds] = match.slice(2).map((part) => Number(part ?? 0));
  const wholeDays = (years ?? 0) * 365 + (months ?? 0) * 30 + (weeks ?? 0) * 7 + (days ?? 0);
  const total = wholeDays * SECONDS.day + (hours ?? 0) * SECONDS.hour + (minutes ?? 0) * SECONDS.minute + (seconds ?? 0);
  return match[1] === "-" ? -total : total;
}

/** "1 hour", "90 days", "1 day 12 hours"; the text itself where it is no duration. */
export function durationWords(iso: string): string {
  const total = durationSeconds(iso);
  if (total === null) return iso;
  let rest = Math.abs(total);
  const parts: string[] = [];
  for (const [unit, size] of Object.entries(SECONDS)) {
    const amount = unit === "second" ? rest : Math.floor(rest / size);
    if (amount > 0) parts.push(unitWords(amount, unit));
    rest -= Math.floor(amount) * size;
    if (unit === "second") break;
  }
  return parts.length > 0 ? parts.join(" ") : unitWords(0, "second");
}

function unitWords(amount: number, unit: string): string {
  const format = UNITS.get(unit) ?? new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" });
  UNITS.set(unit, format);
  return format.format(amount);
}

/** How a unit is written, by unit: to make such a format takes longer than to use it on every step of a journey. */
const UNITS = new Map<string, Intl.NumberFormat>();

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** A stretch of the day where the profile lives; without `closes` the moment it opens; without weekdays every day. */
export interface LocalWindow {
  opens: string;
  closes?: string | null;
  weekdays?: readonly Weekday[];
}

/** "9:00–20:00 local time", with the days where they are not all: "Mon–Fri 9:00–20:00 local time". */
export function windowWords({ opens, closes, weekdays = [] }: LocalWindow): string {
  const hours = closes == null ? timeWords(opens) : `${timeWords(opens)}–${timeWords(closes)}`;
  const days = daysWords(weekdays);
  return t("words.window", { hours: days === "" ? hours : `${days} ${hours}` });
}

/** "9:00" for 09:00:00. */
export function timeWords(time: string): string {
  return time.replace(/^0(?=\d:)/, "").replace(/^(\d{1,2}:\d{2}):00$/, "$1");
}

/** "Mon–Fri", "Sat, Sun"; nothing for every day. Three days or more in a row become a range. */
export function daysWords(days: readonly Weekday[]): string {
  const chosen = WEEKDAYS.filter((day) => days.includes(day));
  if (chosen.length === 0 || chosen.length === WEEKDAYS.length) return "";
  const positions = chosen.map((day) => WEEKDAYS.indexOf(day));
  const isRun = chosen.length > 2 && (positions.at(-1) ?? 0) - (positions[0] ?? 0) === chosen.length - 1;
  const names = chosen.map((day) => t(`words.weekday.${day}`));
  return isRun ? `${names[0]}–${names.at(-1)}` : names.join(", ");
}

/** 1,204; from a million on 1.2M, so that a card keeps its shape. */
export function countWords(count: number): string {
  const compact = count >= COMPACT_FROM ? { notation: "compact", maximumFractionDigits: 1 } as const : {};
  return new Intl.NumberFormat(locale, compact).format(count);
}

const PERCENT = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });

/** The share of a whole: "42 %", "<1 %" for the few, nothing of nothing is 0 %. */
export function shareWords(part: number, whole: number): string {
  const share = whole === 0 ? 0 : part / whole;
  return share > 0 && share < 0.01 ? `<${PERCENT.format(0.01)}` : PERCENT.format(share);
}

/** "A, B and C" in the reader's language. */
export function listWords(items: readonly string[], type: "conjunction" | "disjunction" = "conjunction"): string {
  return new Intl.ListFormat(locale, { type }).format(items);
}
