/** Which enrollments are behind a number: those that did something somewhere, or that stand there now. */
import { countTitle } from "../nodes/face";
import { nameOf, t } from "../texts/texts";

export interface Behind {
  /** The node; of the journey as a whole where there is none. */
  node: string | null;
  did: "entered" | "waiting" | "passed" | "dropped" | "ended";
  /** Only those who dropped out, or ended, for this reason. */
  reason?: string;
  /** Only those who went on by this way out. */
  outlet?: string;
}

/** What they did, in a word or two. */
export function behindTitle({ node, did, reason, outlet }: Behind, isLast = false): string {
  if (did === "ended") return reason === undefined ? t("counts.ended") : nameOf("exit_reason", reason);
  if (reason !== undefined) return nameOf("reason", reason);
  if (outlet !== undefined) return nameOf("outlet", outlet);
  return node === null ? t("counts.active") : countTitle(did, isLast);
}
