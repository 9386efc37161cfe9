// @vitest-environment jsdom
/** Saving on a server that is slow, silent or gone: nothing is lost, nothing newer is overwritten, and it is said in words. */
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { JourneyDocument } from "../document/journey";
import { smallJourney } from "../edits/testing";
import { useAutosave } from "./autosave";
import { beginning } from "./draft";
import { keepDraft, keptDraft } from "./keptDraft";
import { PATIENCE_MS, SLOW_MS } from "./saver";
import { SaveBanner, SaveSign } from "./SaveSign";
import { createEditorStore, type EditorStore } from "./store";

const JOURNEY = "jny_1";
const SECOND = 1_000;

/** A request that is on its way to the server, which carries it out and answers when the test says so. */
interface Sent {
  text: string;
  revision: number;
  carryOut: () => void;
  answer: () => Promise<void>;
}

/** Keeps one draft, as the API does: what was begun from another revision than the one held is refused. */
class Server {
  readonly sent: Sent[] = [];
  held = { revision: 4, document: JSON.parse(JSON.stringify(smallJourney())) as JourneyDocument, by: "Ada" };
  isThere = true;

  readonly fetch = async (asked: Request): Promise<Response> => {
    if (!this.isThere) throw new TypeError("Failed to fetch");
    const { document, revision } = (await asked.json()) as { document: JourneyDocument; revision: number };
    return new Promise((resolve, reject) => {
      asked.signal.addEventListener("abort", () => reject(asked.signal.reason));
      let answer: Response | undefined;
      const carryOut = () => (answer ??= this.save(document, revision));
      this.sent.push({
        text: textOf(document),
        revision,
        carryOut,
        answer: () => act(async () => resolve(carryOut())),
      });
    });
  };

  private save(document: JourneyDocument, revision: number): Response {
    const { held } = this;
    const saved = { saved_at: "2026-11-20T12:00:00Z", saved_by: held.by };
    if (revision !== held.revision)
      return Response.json({ title: "Edited", code: "draft_conflict", ...saved, revision: held.revision, document: held.document }, { status: 409 });
    this.held = { revision: revision + 1, document, by: "Ada" };
    return Response.json({ ...saved, revision: revision + 1 });
  }
}

let server = new Server();
let store: EditorStore;

async function open(): Promise<void> {
  const began = beginning(JOURNEY, { ...server.held, saved_at: "2026-11-20T11:00:00Z", saved_by: "Ada", live_version: null, document: { ...server.held.document } });
  store = createEditorStore(began.document);
  if (began.kept !== null) store.getState().replace(began.kept);
  function Bench() {
    const { state } = useAutosave(store, JOURNEY, began);
    return (
      <>
        <SaveSign state={state} />
        <SaveBanner state={state} />
      </>
    );
  }
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <Bench />
      </QueryClientProvider>
    </MantineProvider>,
  );
  await pass(0);
}

/** The journey where a message says something else. */
function saying(text: string, document: JourneyDocument = store.getState().history.present): JourneyDocument {
  return { ...document, messages: { ...document.messages, restock: { channel: "web_push", title: text } } };
}

function textOf({ messages }: JourneyDocument): string {
  return String(messages["restock"]?.["title"]);
}

const write = (text: string) => act(() => store.getState().edit(() => saying(text)));
const pass = (milliseconds: number) => act(() => vi.advanceTimersByTimeAsync(milliseconds));
const kind = () => document.querySelector("[data-save]")?.getAttribute("data-save");

function request(index: number): Sent {
  const found = server.sent[index];
  if (found === undefined) throw new Error(`Only ${server.sent.length} requests were sent.`);
  return found;
}

beforeEach(() => {
  server = new Server();
  vi.useFakeTimers();
  vi.stubGlobal("fetch", server.fetch);
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }));
});

afterEach(() => {
  cleanup();
  globalThis.localStorage.clear();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a server that takes eight seconds", () => {
  test("is said to be slow, gets one request at a time, and holds the newest in the end", async () => {
    await open();
    write("first");
    await pass(SECOND);
    expect([server.sent.length, kind()]).toEqual([1, "saving"]);
    await pass(SLOW_MS);
    expect(screen.getByText(/Waitline is slow to answer\. Go on: your edits are kept in this browser/)).toBeDefined();

    write("second");
    await pass(SECOND);
    write("third");
    await pass(2 * SECOND);
    expect(server.sent.length).toBe(1);
    expect(textOf(keptDraft(JOURNEY)?.document ?? server.held.document)).toBe("third");

    await request(0).answer();
    await pass(SECOND);
    await request(1).answer();
    expect(server.sent.map(({ text, revision }) => [text, revision])).toEqual([["first", 4], ["third", 5]]);
    expect([textOf(server.held.document), kind(), keptDraft(JOURNEY)]).toEqual(["third", "saved", null]);
    expect(screen.queryByText(/slow to answer/)).toBeNull();
  });

  test("does not take an edit that was undone meanwhile for the last word", async () => {
    await open();
    write("first");
    await pass(SECOND);
    act(() => store.getState().undo());
    await request(0).answer();
    await pass(SECOND);
    await request(1).answer();
    expect([textOf(server.held.document), kind()]).toEqual(["Back", "saved"]);
  });
});

describe("a server that does not answer at all", () => {
  test("is said to be away; what it did all the same is no conflict, and the newest is saved when it is back", async () => {
    await open();
    write("first");
    await pass(SECOND + PATIENCE_MS);
    expect(screen.getByRole("alert").textContent).toBe(
      "Waitline does not answer. Go on: your edits are kept in this browser and saved as soon as it is back.",
    );
    write("second");
    request(0).carryOut();
    await pass(4 * SECOND);
    expect(screen.getByRole("alert")).toBeDefined();
    await request(1).answer();
    await request(2).answer();
    expect(server.sent.map(({ text, revision }) => [text, revision])).toEqual([["first", 4], ["second", 4], ["second", 5]]);
    expect([textOf(server.held.document), kind(), screen.queryByRole("alert")]).toEqual(["second", "saved", null]);
  });

  test("does not put the older over the newer where the older arrives last", async () => {
    await open();
    write("first");
    await pass(SECOND + PATIENCE_MS);
    write("second");
    await pass(4 * SECOND);
    await request(1).answer();
    request(0).carryOut();
    expect([textOf(server.held.document), kind()]).toEqual(["second", "saved"]);
  });

  test("is asked again and again; who saved meanwhile is not overwritten", async () => {
    await open();
    server.isThere = false;
    write("mine");
    await pass(10 * SECOND);
    expect(kind()).toBe("offline");
    server.held = { revision: 5, document: saying("theirs", server.held.document), by: "Ben" };
    server.isThere = true;
    await pass(4 * SECOND);
    await request(0).answer();
    expect([kind(), textOf(server.held.document)]).toEqual(["conflict", "theirs"]);
    expect(textOf(store.getState().history.present)).toBe("mine");
  });
});

describe("edits of a tab that was closed before they were saved", () => {
  test("are saved when the journey is opened again", async () => {
    keepDraft(JOURNEY, 4, saying("kept", server.held.document));
    await open();
    await pass(SECOND);
    await request(0).answer();
    expect([textOf(server.held.document), kind()]).toEqual(["kept", "saved"]);
  });

  test("are a conflict where somebody saved since, and nothing where the server got them", async () => {
    keepDraft(JOURNEY, 3, saying("kept", server.held.document));
    await open();
    await pass(SECOND);
    await request(0).answer();
    expect([kind(), textOf(store.getState().history.present)]).toEqual(["conflict", "kept"]);
    cleanup();

    keepDraft(JOURNEY, 3, server.held.document);
    await open();
    await pass(SECOND);
    expect([kind(), server.sent.length, keptDraft(JOURNEY)]).toEqual(["saved", 1, null]);
  });
});

test("an edit that is put back is saved without a request", async () => {
  await open();
  write("first");
  act(() => store.getState().undo());
  await pass(SECOND);
  expect([kind(), server.sent.length, keptDraft(JOURNEY)]).toEqual(["saved", 0, null]);
});
