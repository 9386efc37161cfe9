/** Instants as people read them: clock, day, exactly with the zone, and how long ago. */
import { locale, t } from "./texts";
import { durationWords } from "./words";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The zone of whoever looks at the page. */
export function viewerZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** "14:03:22" in the zone. */
export function clockWords(at: string, zone: string = viewerZone()): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: "medium", hourCycle: "h23", timeZone: zone }).format(new Date(at));
}

/** "22 November 2026" */
export function dateWords(at: string, zone: string = viewerZone()): string {
  const style = { day: "numeric", month: "short", year: "numeric", timeZone: zone } as const;
  return new Intl.DateTimeFormat(locale, style).format(new Date(at));
}

/** "Jan 5, 2027, 14:03": day and clock, short. */
export function momentWords(at: string, zone: string = viewerZone()): string {
  const style = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone } as const;
  return new Intl.DateTimeFormat(locale, style).format(new Date(at));
}

/** How long it is from one instant to another: "2 hours", "1 day 3 hours". */
export function elapsedWords(from: string, to: string): string {
  return durationWords(`PT${Math.round((new Date(to).getTime() - new Date(from).getTime()) / 1_000)}S`);
}

/** Date, clock with seconds, and the zone's short name: what support reads out on the phone. */
export function exactWords(at: string, zone: string = viewerZone()): string {
  const style = {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
    timeZone: zone,
  } as const;
  return new Intl.DateTimeFormat(locale, style).format(new Date(at));
}

/** The calendar day of an instant in a zone, as 2026-11-22: what a timeline groups by. */
export function dayKey(at: string | Date, zone: string = viewerZone()): string {
  let format = DAY_FORMATS.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone });
    DAY_FORMATS.set(zone, format);
  }
  return format.format(new Date(at));
}

/** Kept, because making one takes longer than a thousand days do. */
const DAY_FORMATS = new Map<string, Intl.DateTimeFormat>();

/** "Today", "Yesterday", "Tuesday 17 November", with the year where it is not this one. */
export function dayWords(at: string, now: Date, zone: string = viewerZone()): string {
  const day = dayKey(at, zone);
  if (day === dayKey(now, zone)) return t("time.today");
  if (day === dayKey(new Date(now.getTime() - DAY_MS), zone)) return t("time.yesterday");
  const isThisYear = day.slice(0, 4) === dayKey(now, zone).slice(0, 4);
  const style = { weekday: "long", day: "numeric", month: "long", timeZone: zone } as const;
  return new Intl.DateTimeFormat(locale, isThisYear ? style : { ...style, year: "numeric" }).format(new Date(at));
}

/** "now", "5 minutes ago", "in 3 days"; the coarsest unit that says enough. */
export function agoWords(at: string, now: Date): string {
  const gap = new Date(at).getTime() - now.getTime();
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const size = Math.abs(gap);
  if (size < MINUTE_MS) return t("time.now");
  if (size < HOUR_MS) return relative.format(Math.trunc(gap / MINUTE_MS), "minute");
  if (size < DAY_MS) return relative.format(Math.trunc(gap / HOUR_MS), "hour");
  return relative.format(Math.trunc(gap / DAY_MS), "day");
}
