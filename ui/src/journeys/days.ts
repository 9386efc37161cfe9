/** The stretch of days whose numbers are shown, as the address of the page keeps it: `days=7`, or `since=…&until=…`. */
import { t } from "../texts/texts";
import { dateWords } from "../texts/times";

/** Calendar days in UTC, both included, as the counters are kept; open where there is none. */
export interface Days {
  since: string | null;
  until: string | null;
}

export const STRETCHES = [1, 7, 30, 90] as const;

const DAY_MS = 86_400_000;
const CALENDAR_DAY = /^\d{4}-\d\d-\d\d$/;

export function utcDay(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}

/** The last so many days, today included. */
export function lastDays(count: number, now: Date): Days {
  return { since: utcDay(new Date(now.getTime() - (count - 1) * DAY_MS)), until: null };
}

export function daysFrom(search: URLSearchParams, now: Date): Days {
  const count = Number(search.get("days"));
  if (STRETCHES.some((stretch) => stretch === count)) return lastDays(count, now);
  return { since: calendarDay(search.get("since")), until: calendarDay(search.get("until")) };
}

function calendarDay(text: string | null): string | null {
  return text !== null && CALENDAR_DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;
}

/** The stretch in words: "Last 7 days", "1 Jan 2027 – 5 Jan 2027". */
export function daysWords(search: URLSearchParams, { since, until }: Days): string {
  const count = Number(search.get("days"));
  if (STRETCHES.some((stretch) => stretch === count)) return t("days.last", { count });
  if (since === null && until === null) return t("days.ever");
  return `${since === null ? "" : dateWords(since, "UTC")} – ${until === null ? "" : dateWords(until, "UTC")}`.trim();
}
