// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { language } from "../texts/language";
import { api, read, readAddress } from "./api";
import { Problem } from "./problem";
import { queryClient, SESSION_KEY } from "./queryClient";

const requests: Request[] = [];

/** The network answers every request like this. */
function answerWith(answer: () => Response | Error): void {
  vi.stubGlobal("fetch", (request: Request) => {
    requests.push(request);
    const given = answer();
    return given instanceof Error ? Promise.reject(given) : Promise.resolve(given);
  });
}

function json(status: number, body: unknown, type = "application/problem+json"): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": type } });
}

async function problemOf(request: Promise<unknown>): Promise<Problem> {
  const error: unknown = await request.then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof Problem)) throw new Error(`expected a Problem, got ${String(error)}`);
  return error;
}

const journeys = () => read(api.GET("/v1/journeys"));

beforeEach(() => void requests.splice(0));
afterEach(() => {
  queryClient.clear();
  vi.unstubAllGlobals();
});

describe("read", () => {
  it("gives the body of an answer", async () => {
    answerWith(() => json(200, { items: [] }, "application/json"));
    await expect(journeys()).resolves.toEqual({ items: [] });
  });

  it("asks for the server's sentences in the language of the page, whoever asks", async () => {
    answerWith(() => json(200, { items: [] }, "application/json"));
    await journeys();
    await readAddress("/v1/restocks/rst_1");
    expect(requests.map((request) => request.headers.get("Accept-Language"))).toEqual([language, language]);
  });

  it("throws what a problem document says, field by field", async () => {
    const errors = [{ field: "token", code: "too_short", detail: "Give the whole token." }];
    answerWith(() => json(422, { type: "about:blank", title: "Not valid", status: 422, detail: "See fields.", code: "invalid", errors }));
    const problem = await problemOf(journeys());
    expect(problem).toMatchObject({ status: 422, code: "invalid", title: "Not valid", detail: "See fields.", errors });
    expect(problem.isTemporary).toBe(false);
  });

  it("drops field errors that are none", async () => {
    answerWith(() => json(422, { title: "Not valid", errors: ["what", { field: 3 }] }));
    expect((await problemOf(journeys())).errors).toEqual([]);
  });

  it("says that nothing answered when the network is down", async () => {
    answerWith(() => new TypeError("Failed to fetch"));
    const problem = await problemOf(journeys());
    expect(problem.code).toBe("offline");
    expect(problem.isTemporary).toBe(true);
  });

  it("names the status of an error page that is no problem document", async () => {
    answerWith(() => new Response("<h1>Bad Gateway</h1>", { status: 502, headers: { "content-type": "text/html" } }));
    const problem = await problemOf(journeys());
    expect(problem.code).toBe("http_502");
    expect(problem.detail).toContain("502");
  });

  it("does not mistake a page for an answer", async () => {
    answerWith(() => new Response("<!doctype html>", { status: 200, headers: { "content-type": "text/html" } }));
    expect((await problemOf(journeys())).code).toBe("http_502");
  });
});

describe("the session", () => {
  it("repeats the CSRF token on unsafe requests only", async () => {
    queryClient.setQueryData(SESSION_KEY, { staff: { id: "1", name: "Ada", role: "admin" }, csrf: "token-1" });
    answerWith(() => new Response(null, { status: 204 }));
    await read(api.DELETE("/v1/session"));
    answerWith(() => json(200, { items: [] }, "application/json"));
    await journeys();
    expect(requests.map((request) => request.headers.get("X-Waitline-CSRF"))).toEqual(["token-1", null]);
  });

  it("is asked for again when any request is answered 401", async () => {
    queryClient.setQueryData(SESSION_KEY, { staff: { id: "1", name: "Ada", role: "admin" }, csrf: "token-1" });
    answerWith(() => json(401, { title: "Not signed in", code: "not_signed_in" }));
    await problemOf(queryClient.fetchQuery({ queryKey: ["journeys"], queryFn: journeys }));
    expect(queryClient.getQueryData(SESSION_KEY)).toBeUndefined();
  });
});

describe("Problem.of", () => {
  it("keeps a problem, and makes one of anything else", () => {
    const problem = Problem.offline();
    expect(Problem.of(problem)).toBe(problem);
    expect(Problem.of(new Error("boom"))).toMatchObject({ code: "unexpected", detail: "boom" });
    expect(Problem.of("boom").detail).toBe("boom");
  });
});
