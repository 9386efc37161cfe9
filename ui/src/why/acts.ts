/** What staff do for one person, as the API takes it; each with its reason. */
import { api, read } from "../client/api";

export function cancelPassage(id: string, reason: string) {
  return read(api.POST("/v1/enrollments/{enrollment_id}/cancel", { params: { path: { enrollment_id: id } }, body: { reason } }));
}

export function skipWait(id: string, reason: string) {
  return read(api.POST("/v1/enrollments/{enrollment_id}/skip-wait", { params: { path: { enrollment_id: id } }, body: { reason } }));
}

export function movePassage(id: string, reason: string, node: string) {
  return read(api.POST("/v1/enrollments/{enrollment_id}/move", { params: { path: { enrollment_id: id } }, body: { reason, node } }));
}

export function sendAgain(id: string, reason: string) {
  return read(api.POST("/v1/messages/{message_id}/resend", { params: { path: { message_id: id } }, body: { reason } }));
}

export function suppressProfile(id: string, reason: string) {
  return read(api.POST("/v1/profiles/{profile_id}/suppress", { params: { path: { profile_id: id } }, body: { reason } }));
}

export function allowAgain(id: string, reason: string) {
  return read(api.POST("/v1/profiles/{profile_id}/allow-again", { params: { path: { profile_id: id } }, body: { reason } }));
}

export function decideAgain(id: string) {
  return read(api.POST("/v1/enrollments/{enrollment_id}/replay", { params: { path: { enrollment_id: id } } }));
}

export type Replay = Awaited<ReturnType<typeof decideAgain>>;

export function verifyLedger() {
  return read(api.POST("/v1/ledger/verification"));
}

/** The signed proof as the server wrote it: read into values and written anew, its numbers could look otherwise. */
export function readProof(id: string): Promise<Blob> {
  return read(api.POST("/v1/enrollments/{enrollment_id}/bundle", { params: { path: { enrollment_id: id } }, parseAs: "blob" }));
}

export function closeWait(id: string, reason: string) {
  return read(api.POST("/v1/waitlist-entries/{entry_id}/close", { params: { path: { entry_id: id } }, body: { reason } }));
}
