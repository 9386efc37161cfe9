// @vitest-environment jsdom
/** The composer as its author uses it, over an API that answers from here. */
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { JourneyDocument, MessageContent } from "../document/journey";
import { createEditorStore, EditorContext, type EditorStore } from "../editor/store";
import { Composer } from "./Composer";
import { PLATFORMS } from "./platforms";
import { PushPreview } from "./PushPreview";
import { TYPING_PAUSE_MS } from "./rendering";

const TAGS = [
  { group: "profile", tag: "profile.first_name", sample: "Ada", nullable: true },
  { group: "event", tag: "event.quantity", sample: "12", nullable: true },
  { group: "product", tag: "product.name", sample: "Fjell jacket", nullable: false },
  { group: "journey", tag: "journey.name", sample: "VIP", nullable: false },
];
const PUSH: MessageContent = { channel: "web_push", title: "Back", body: "Now", link: { kind: "product" } };

// What is hidden from assistive technology takes jsdom long to find out, and nothing here is.
configure({ defaultHidden: true, asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 60_000 });

const ignore = () => undefined;
let asked: { method: string; path: string; body: unknown }[] = [];

beforeEach(() => {
  asked = [];
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: ignore, removeEventListener: ignore }));
  vi.stubGlobal("ResizeObserver", class { observe = ignore; unobserve = ignore; disconnect = ignore; });
  vi.stubGlobal("fetch", async (request: Request) => {
    const { pathname } = new URL(request.url);
    const body: unknown = request.method === "GET" ? null : await request.json();
    asked.push({ method: request.method, path: pathname, body });
    return Response.json(answerTo(pathname, body));
  });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function answerTo(path: string, body: unknown): unknown {
  if (path === "/v1/merge-tags") return { items: TAGS };
  if (path !== "/v1/messages/preview") return { items: [], next: null, is_on: false, name: null };
  const { message } = body as { message: MessageContent };
  const html = `<html><body><h1>${String(message["subject"])}</h1></body></html>`;
  return { channel: message["channel"], rendering: { ...message, html, payload: "{}" }, problems: [] };
}

function journeyWith(message: MessageContent): JourneyDocument {
  const entry = { id: "entry", type: "entry", trigger: { kind: "event", event: "Back in Stock" } } as const;
  return { schema: 1, name: "VIP", graph: { nodes: [entry], edges: [] }, messages: { m: message }, settings: {}, layout: {}, notes: [] };
}

function opened(message: MessageContent): EditorStore {
  const store = createEditorStore(journeyWith(message));
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={queries}>
        <EditorContext value={store}>
          <Composer name="m" channel={message["channel"] as "web_push" | "mobile_push" | "email"} onClose={() => undefined} />
        </EditorContext>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return store;
}

const written = (store: EditorStore) => store.getState().history.present.messages["m"] ?? {};
const typed = (label: string | RegExp, value: string) => fireEvent.change(screen.getByLabelText(label, { selector: "input, textarea" }), { target: { value } });
const shown = () => screen.getByRole("article");
const drops = () => [...(screen.queryByRole("list", { name: "What is left out here" })?.children ?? [])].map(({ textContent }) => textContent);
const grips = () => screen.getAllByRole("button", { name: /^Move / });
const put = (control: string, choice: string) => fireEvent.click(within(screen.getByRole("radiogroup", { name: control })).getByRole("radio", { name: choice }));

describe("the preview of a push", () => {
  const words = "word ".repeat(80).trim();
  const rich: MessageContent = {
    ...PUSH,
    title: words,
    body: words,
    icon: "https://shop.example/icon.png",
    layout: "icon_image",
    image: "https://shop.example/large.png",
    actions: [{ title: "See it", link: "" }, { title: "Later", link: "" }],
  };

  // spec: F-123 F-126 F-127
  test.each(PLATFORMS.map((platform) => [platform.id, platform] as const))("shows what %s shows, collapsed and expanded, and says what it drops", (_, platform) => {
    const names = { windows: "Windows", macos: "macOS", android: "Android", ios: "iOS", chrome: "Chrome", edge: "Edge", firefox: "Firefox", safari: "Safari" };
    render(
      <MantineProvider env="test">
        <PushPreview content={rich} />
      </MantineProvider>,
    );
    put("Operating system", names[platform.system]);
    put("Browser", names[platform.browser]);

    const title = () => within(shown()).getByText(/^word/, { selector: "b" }).textContent;
    const body = () => within(shown()).getByText(/^word/, { selector: "p" }).textContent;
    expect([...title()].length).toBeLessThanOrEqual(platform.title);
    expect(body()).toHaveLength(platform.expandedBody === null ? words.length : [...body()].length);
    expect([...body()].length).toBeLessThanOrEqual(platform.expandedBody ?? words.length);
    expect(shown().querySelectorAll("[data-part=image]")).toHaveLength(platform.showsImage ? 1 : 0);
    expect(shown().querySelectorAll("[data-part=icon] img")).toHaveLength(platform.showsIcon ? 1 : 0);
    expect(within(shown()).queryAllByText(/^(See it|Later)$/)).toHaveLength(platform.actions);
    expect(drops()).toEqual([
      `The title is cut after about ${platform.title} characters.`,
      `${platform.expandedBody === null ? "Collapsed, the" : "The"} text is cut after about ${platform.body} characters.`,
      ...(platform.showsIcon ? [] : ["The icon is not shown; the site's own is."]),
      ...(platform.showsImage ? [] : ["The large picture is not shown."]),
      ...(platform.actions > 0 ? [] : ["Buttons are not shown."]),
    ]);

    put("Form", "Collapsed");
    expect([...body()].length).toBeLessThanOrEqual(platform.body);
    expect(shown().querySelectorAll("[data-part=image]")).toHaveLength(0);
    expect(within(shown()).queryAllByText(/^(See it|Later)$/)).toHaveLength(0);
    put("Form", "Expanded");
    expect(within(shown()).queryAllByText(/^(See it|Later)$/)).toHaveLength(platform.actions);
  });

  test("covers every browser where the row asks for it", () => {
    const ids = ["windows", "macos", "android"].flatMap((system) => ["chrome", "edge", "firefox"].map((browser) => `${browser}_${system}`));

    expect(PLATFORMS.map(({ id }) => id).toSorted()).toEqual([...ids, "safari_macos", "safari_ios"].toSorted());
  });
});

// spec: F-107
test("the + lists the fields of person, event, product and journey with values, and asks for a fallback where one may be empty", async () => {
  const store = opened({ ...PUSH, title: "" });
  await waitFor(() => expect(asked.some(({ path }) => path === "/v1/merge-tags")).toBe(true));
  fireEvent.click(await screen.findByRole("button", { name: "Insert a value: Title" }));
  await screen.findByRole("group", { name: "Person" });
  for (const [group, name, sample] of [["Person", "First name", "Ada"], ["Event", "Quantity", "12"], ["Product", "Name", "Fjell jacket"], ["Journey", "Name", "VIP"]] as const) {
    const option = within(screen.getByRole("group", { name: group })).getByText(name).closest("button");
    expect(option?.textContent).toContain(sample);
  }

  fireEvent.click(within(screen.getByRole("group", { name: "Product" })).getByText("Name"));
  expect(written(store)["title"]).toBe("{{ product.name }}");
  fireEvent.click(screen.getByRole("button", { name: "Insert a value: Body" }));
  fireEvent.click(within(await screen.findByRole("group", { name: "Person" })).getByText("First name"));
  typed("What to say when “First name” is empty", "you");
  fireEvent.click(screen.getByRole("button", { name: "Insert" }));
  expect(written(store)["body"]).toBe("Now{{ profile.first_name | default('you') }}");
});

// spec: F-125
test("the preview follows an edit within 300 ms, and nothing is saved for that", async () => {
  expect(TYPING_PAUSE_MS).toBeLessThan(300);
  opened(PUSH);
  typed("Title", "Here again");
  expect(within(screen.getByRole("article")).getByText("Here again")).toBeTruthy();
  cleanup();

  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  opened({ channel: "email", subject: "Back", blocks: [{ type: "divider" }] });
  await passing(1_000);
  asked = [];
  typed("Subject", "Here again");
  await passing(300);
  const letter = screen.getByTitle<HTMLIFrameElement>("Here again");
  expect(letter.contentDocument?.body.textContent).toContain("Here again");
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /v1/messages/preview"]);
  expect(asked[0]?.body).toMatchObject({ message: { subject: "Here again" } });
});

/** So much time passes, a twentieth after the other; what was asked for meanwhile is answered at once. */
async function passing(milliseconds: number, steps = 20): Promise<void> {
  if (steps === 0) return;
  await act(async () => {
    await vi.advanceTimersByTimeAsync(milliseconds / 20);
    await new Promise((done) => setImmediate(done));
  });
  await passing(milliseconds, steps - 1);
}

test("a block is moved by the arrow keys of its grip, which stays in hand, and by dragging", async () => {
  const store = opened({ channel: "email", subject: "Back", blocks: [{ type: "heading", text: "A" }, { type: "divider" }, { type: "text", text: "B" }] });
  const types = () => (written(store)["blocks"] as readonly { type: string }[]).map(({ type }) => type);
  grips()[0]?.focus();
  fireEvent.keyDown(grips()[0] as HTMLElement, { key: "ArrowDown" });
  expect(types()).toEqual(["divider", "heading", "text"]);
  await waitFor(() => expect(document.activeElement).toBe(grips()[1]));
  expect(screen.getByText("Heading is now block 2 of 3.")).toBeTruthy();
  fireEvent.keyDown(grips()[1] as HTMLElement, { key: "ArrowUp" });
  expect(types()).toEqual(["heading", "divider", "text"]);

  const dataTransfer = { setData: ignore };
  fireEvent.dragStart(grips()[2] as HTMLElement, { dataTransfer });
  fireEvent.drop(screen.getAllByRole("listitem")[0] as HTMLElement, { dataTransfer });
  expect(types()).toEqual(["text", "heading", "divider"]);
});

test("a variant is written beside the message, with a share of its own", () => {
  const store = opened(PUSH);
  fireEvent.click(screen.getByRole("button", { name: "Test another way to say it" }));
  typed("Title", "Quick!");

  expect(written(store)).toMatchObject({ title: "Back", variants: [{ id: "b", share: 50, changes: { title: "Quick!" } }] });
  fireEvent.click(screen.getByRole("tab", { name: /^A/ }));
  expect(screen.getByLabelText("Title", { selector: "input" })).toHaveProperty("value", "Back");
});

test("a push of the app is written with its picture and what one platform knows, and shown as the phone shows it", async () => {
  const store = opened({ channel: "mobile_push", title: "Back", body: "Now", link: { url: "https://shop.example" } });
  typed("Title", "{{ product.name }} is back");
  typed(/Large picture/, "https://shop.example/large.png");
  typed("Replaces", "restock");
  typed("Notification channel on Android", "restocks");
  typed("Sound on iOS", "bell.caf");
  typed("Sound on iOS", "");

  expect(written(store)).toEqual({
    channel: "mobile_push",
    title: "{{ product.name }} is back",
    body: "Now",
    link: { url: "https://shop.example" },
    image: "https://shop.example/large.png",
    collapse_key: "restock",
    android: { channel_id: "restocks" },
    apns: null,
  });
  await waitFor(() => expect(within(shown()).getByText("Fjell jacket is back")).toBeTruthy());
  expect(within(shown()).getByAltText("")).toHaveProperty("src", "https://shop.example/large.png");

  typed("Device token of your own app", "my-phone");
  fireEvent.click(screen.getByRole("button", { name: "Send to me" }));
  await waitFor(() => expect(asked.find(({ path }) => path === "/v1/messages/test")?.body).toMatchObject({ to: { device_token: "my-phone" } }));
});
