/**
 * What went wrong, in the API's own words.
 *
 * Every failed request ends as a `Problem`, whether the API sent an RFC 9457 document, something in between sent an
 * HTML page, or nothing answered at all. The page then shows title and detail, and the code for support.
 */
import { t } from "../texts/texts";

export interface FieldProblem {
  field: string;
  code: string;
  detail: string;
}

export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly errors: readonly FieldProblem[] = [],
    /** All that the problem document says, for the problems that carry more than words. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(`${title}: ${detail}`);
  }

  /** Nothing answered: the network or the server is down. */
  static offline(): Problem {
    return new Problem(0, "offline", t("problem.offline.title"), t("problem.offline.detail"));
  }

  /** A part of the interface itself did not arrive. */
  static notLoaded(): Problem {
    return new Problem(0, "page_not_loaded", t("problem.notLoaded.title"), t("problem.notLoaded.detail"));
  }

  /** The answer was an error, yet no problem document (a proxy's page, an empty body). */
  static unreadable(status: number): Problem {
    return new Problem(status, `http_${status}`, t("problem.unreadable.title"), t("problem.unreadable.detail", { status }));
  }

  /** Anything a page may catch, as a problem. */
  static of(error: unknown): Problem {
    if (error instanceof Problem) return error;
    const detail = error instanceof Error ? error.message : String(error);
    return new Problem(0, "unexpected", t("problem.unexpected.title"), detail);
  }

  get isSignedOut(): boolean {
    return this.status === 401;
  }

  get isNotFound(): boolean {
    return this.status === 404;
  }

  /** Whether asking again may help: the server was unreachable, busy or broken, not the question wrong. */
  get isTemporary(): boolean {
    return this.code === "offline" || this.status === 429 || this.status >= 500;
  }
}

/** The problem that an error body describes; `body` is whatever could be parsed, or undefined. */
export function problemFrom(status: number, body: unknown): Problem {
  if (!isRecord(body) || typeof body["title"] !== "string") return Problem.unreadable(status);
  const errors = Array.isArray(body["errors"]) ? body["errors"].filter(isFieldProblem) : [];
  return new Problem(status, text(body["code"], `http_${status}`), body["title"], text(body["detail"], ""), errors, body);
}

function text(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return isRecord(value) && ["field", "code", "detail"].every((key) => typeof value[key] === "string");
}
