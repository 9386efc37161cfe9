/** The typed HTTP client: routes and shapes from the generated schema, failures as `Problem`, CSRF on unsafe methods. */
import createClient, { type Middleware } from "openapi-fetch";

import { language } from "../texts/language";
import { t } from "../texts/texts";
import { Problem, problemFrom } from "./problem";
import { queryClient, SESSION_KEY } from "./queryClient";
import type { paths } from "./schema";
import type { Session } from "./types";

/** The server's own sentences come in the language of the page. */
const headers = { "Accept-Language": language };
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

const csrf: Middleware = {
  onRequest({ request }) {
    const token = queryClient.getQueryData<Session>(SESSION_KEY)?.csrf;
    if (token !== undefined && !SAFE_METHODS.has(request.method)) request.headers.set("X-Waitline-CSRF", token);
    return request;
  },
  onError() {
    return Problem.offline();
  },
};

export const api = createClient<paths>({
  baseUrl: globalThis.location.origin,
  credentials: "same-origin",
  headers,
  fetch: (request) => globalThis.fetch(request),
});
api.use(csrf);

export type Facts = Readonly<Record<string, unknown>>;

/**
 * A record by its address, as another record names it (`/v1/restocks/…`). Addresses that are not of this API are refused,
 * since they may come from what a stranger sent.
 */
export async function readAddress(address: string): Promise<Facts> {
  const { origin, pathname, href } = new URL(address, globalThis.location.origin);
  if (origin !== globalThis.location.origin || !pathname.startsWith("/v1/")) throw Problem.of(t("problem.foreign"));
  return read(followed(href));
}

async function followed(href: string): Promise<{ data?: Facts; error?: unknown; response: Response }> {
  const response = await globalThis.fetch(new Request(href, { credentials: "same-origin", headers })).catch(() => {
    throw Problem.offline();
  });
  const body: unknown = await response.json().catch(() => undefined);
  return response.ok ? { data: body as Facts, response } : { error: body, response };
}

/** The body of an answer, or the `Problem` thrown. */
export async function read<Body>(answer: Promise<{ data?: Body; error?: unknown; response: Response }>): Promise<Body> {
  const { data, error, response } = await settled(answer);
  if (!response.ok) throw problemFrom(response.status, error);
  return data as Body; // an OK answer has the body its schema promises; 204 has none, and its type says so
}

/** openapi-fetch rejects with a SyntaxError when a body that claims to be JSON is not. */
async function settled<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (error instanceof SyntaxError) throw Problem.unreadable(502);
    throw error;
  }
}
