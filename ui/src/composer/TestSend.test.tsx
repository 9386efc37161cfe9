// @vitest-environment jsdom
/** A test to oneself: the button subscribes this browser, or takes one's own address, and sends. */
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { TestSend } from "./TestSend";

const PUSH = { channel: "web_push", title: "Back", body: "", link: { kind: "product" } };
const KEYS = { p256dh: "B".repeat(87), auth: "A".repeat(22) };
const ENDPOINT = "https://push.example/mine";

let sent: unknown[] = [];
let key: string | null = "AQID";
let permission: NotificationPermission = "granted";
const ignore = () => undefined;

/** A subscription that was made for the key of these bytes. */
const subscriptionFor = (bytes: readonly number[]) => ({
  options: { applicationServerKey: Uint8Array.from(bytes).buffer },
  unsubscribe: async () => true,
  toJSON: () => ({ endpoint: ENDPOINT, keys: KEYS }),
});

let standing: ReturnType<typeof subscriptionFor> | null = null;
const subscribe = vi.fn<(options: { applicationServerKey: string }) => Promise<unknown>>();

beforeEach(() => {
  [sent, key, permission, standing] = [[], "AQID", "granted", null];
  subscribe.mockReset().mockResolvedValue(subscriptionFor([1, 2, 3]));
  const registration = { active: { state: "activated" }, pushManager: { getSubscription: async () => standing, subscribe } };
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: ignore, removeEventListener: ignore }));
  vi.stubGlobal("PushManager", ignore);
  vi.stubGlobal("Notification", { requestPermission: async () => permission });
  Object.defineProperty(navigator, "serviceWorker", { configurable: true, value: { register: async () => registration } });
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "GET") return Response.json({ vapid_public_key: key });
    sent.push(await request.json());
    return Response.json({ id: "snd_1", status: "accepted", detail: "" });
  });
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  Reflect.deleteProperty(navigator, "serviceWorker");
  globalThis.localStorage.clear();
});

function shown(channel: "web_push" | "email", message: Readonly<Record<string, unknown>>) {
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <TestSend channel={channel} draft={{ message, variant: "a", reader: null, journey: "VIP" }} />
      </QueryClientProvider>
    </MantineProvider>,
  );
}

// spec: F-128
test("a push goes to the browser that its author sits before, subscribed when that is needed", async () => {
  shown("web_push", PUSH);
  fireEvent.click(screen.getByRole("button", { name: "Send to me" }));

  await waitFor(() => expect(screen.getByText("On its way to this browser.")).toBeTruthy());
  const to = { push_subscription: { endpoint: ENDPOINT, keys: KEYS } };
  expect(sent).toEqual([{ message: PUSH, journey: "VIP", to }]);
  expect(subscribe).toHaveBeenCalledWith({ userVisibleOnly: true, applicationServerKey: "AQID" });

  standing = subscriptionFor([1, 2, 3]);
  fireEvent.click(screen.getByRole("button", { name: "Send to me" }));
  await waitFor(() => expect(sent).toHaveLength(2));
  expect(subscribe).toHaveBeenCalledTimes(1);

  standing = subscriptionFor([9]);
  fireEvent.click(screen.getByRole("button", { name: "Send to me" }));
  await waitFor(() => expect(sent).toHaveLength(3));
  expect(subscribe).toHaveBeenCalledTimes(2);
});

// spec: F-128
test("an e-mail goes to one's own address, which is remembered", async () => {
  shown("email", { channel: "email", subject: "Back" });
  fireEvent.change(screen.getByLabelText("Test to your own address"), { target: { value: "me@shop.example" } });
  fireEvent.click(screen.getByRole("button", { name: "Send to me" }));

  await waitFor(() => expect(sent).toMatchObject([{ to: { email: "me@shop.example" } }]));
  cleanup();
  shown("email", { channel: "email", subject: "Back" });
  expect(screen.getByLabelText("Test to your own address")).toHaveProperty("value", "me@shop.example");
});

test.each([
  ["no key", () => void (key = null), /it needs a VAPID key/],
  ["a refusal", () => void (permission = "denied"), /may not show notifications/],
  ["a browser without pushes", () => void Reflect.deleteProperty(globalThis, "PushManager"), /cannot receive pushes/],
])("with %s it says what is in the way, and sends nothing", async (_, happens, words) => {
  happens();
  shown("web_push", PUSH);
  fireEvent.click(screen.getByRole("button", { name: "Send to me" }));

  await waitFor(() => expect(screen.getByText(words)).toBeTruthy());
  expect(sent).toEqual([]);
});
