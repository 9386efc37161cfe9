/** A journey's code as a file, named as `waitline journeys` names it. */
import type { Language } from "./kept";

const ENDINGS: Readonly<Record<Language, string>> = { python: "py", yaml: "yaml" };

export function saveCode(name: string, language: Language, text: string): void {
  const link = globalThis.document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^_|_$/g, "") || "journey"}.${ENDINGS[language]}`;
  link.click();
  URL.revokeObjectURL(link.href);
}
