/** Recorded values in words: an instant exactly, a small record by its values, all else as it is. */
import type { Facts } from "../client/api";
import { exactWords } from "../texts/times";

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

export function factWords(value: unknown): string {
  if (typeof value === "string") return INSTANT.test(value) ? exactWords(value) : value;
  if (!isRecord(value)) return JSON.stringify(value);
  const values = Object.values(value);
  return values.some(isRecord) ? JSON.stringify(value) : values.map(factWords).join(" · ");
}

/** Whether there is nothing to show: null, an empty text, list or record. */
export function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

export function isRecords(value: unknown): value is readonly Facts[] {
  return Array.isArray(value) && value.every(isRecord);
}

function isRecord(value: unknown): value is Facts {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
