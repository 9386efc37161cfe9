/** The shapes that the API answers with about waiting and releasing. */
import type { paths } from "../client/schema";

type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;

export type VariantDemand = Answer<"/v1/demand">["items"][number];
type Line = Answer<"/v1/variants/{sku}/waitlist">;
export type WaitlistRow = Line["entries"][number];
export type WaitState = WaitlistRow["state"];
export type Release = Answer<"/v1/releases">["items"][number];
export type LetIn = Answer<"/v1/releases/{release_id}/people">["items"][number];
export type ReleaseControl = "pause" | "resume" | "stop";
