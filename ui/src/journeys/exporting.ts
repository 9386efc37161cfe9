/** A journey as a file. */
import type { Journey } from "../client/types";

export function saveAsFile({ name, document }: Pick<Journey, "name" | "document">): void {
  const blob = new Blob([`${JSON.stringify(document, null, 2)}\n`], { type: "application/json" });
  const link = globalThis.document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "") || "journey"}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
