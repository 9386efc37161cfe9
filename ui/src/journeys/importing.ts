/** A file as a journey. */
import { isJourney } from "../document/shape";

/** The document in a file, or null where the file holds none that could be drawn. */
export async function documentInFile(file: File): Promise<Readonly<Record<string, unknown>> | null> {
  try {
    const value: unknown = JSON.parse(await file.text());
    return isJourney(value) ? value : null;
  } catch {
    return null;
  }
}

/** Whether a document is written in the way that this Waitline reads; one of another way would lose what is new in it. */
export function isOfThisVersion(document: Readonly<Record<string, unknown>>): boolean {
  return (document["schema"] ?? SCHEMA) === SCHEMA;
}

const SCHEMA = 1;
