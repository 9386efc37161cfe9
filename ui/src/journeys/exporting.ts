/** A journey as a file, and a file as a journey. */
import type { Journey } from "../client/types";

export function saveAsFile({ name, document }: Pick<Journey, "name" | "document">): void {
  const blob = new Blob([`${JSON.stringify(document, null, 2)}\n`], { type: "application/json" });
  const link = globalThis.document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "") || "journey"}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** The document in a file, or null where the file holds none. */
export async function documentInFile(file: File): Promise<Record<string, unknown> | null> {
  try {
    const value: unknown = JSON.parse(await file.text());
    return typeof value === "object" && value !== null && "graph" in value ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Whether a document is written in the way that this Waitline reads; one of another way would lose what is new in it. */
export function isOfThisVersion(document: Readonly<Record<string, unknown>>): boolean {
  return (document["schema"] ?? SCHEMA) === SCHEMA;
}

const SCHEMA = 1;
