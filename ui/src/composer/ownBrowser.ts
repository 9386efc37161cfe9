/** This very browser as the receiver of a test: its push subscription for this Waitline, made when it is first needed. */
import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import { t } from "../texts/texts";

/** The worker that shows pushes to shoppers shows them to staff too; its scope is its own folder. */
const WORKER = "/storefront/service-worker.js";

export interface BrowserAddress {
  endpoint: string;
  keys: { p256dh: string; auth: string };
}

/** Ask the person if need be, and subscribe. Throws a `Problem` that says what is in the way. */
export async function ownBrowser(): Promise<BrowserAddress> {
  if (!("serviceWorker" in navigator) || !("PushManager" in globalThis)) throw Problem.of(t("test.noPush"));
  const { vapid_public_key: key } = await read(api.GET("/v1/messages/test"));
  if (key === null) throw Problem.of(t("test.noKey"));
  if ((await Notification.requestPermission()) !== "granted") throw Problem.of(t("test.refused"));
  const registration = await activated(await navigator.serviceWorker.register(WORKER));
  const subscription = (await current(registration, key)) ?? (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  const { endpoint = "", keys = {} } = subscription.toJSON();
  return { endpoint, keys: { p256dh: keys["p256dh"] ?? "", auth: keys["auth"] ?? "" } };
}

/** The subscription that there is, unless it was made for another key. */
async function current(registration: ServiceWorkerRegistration, key: string): Promise<PushSubscription | null> {
  const found = await registration.pushManager.getSubscription();
  if (found === null || encoded(found.options.applicationServerKey) === key) return found;
  await found.unsubscribe();
  return null;
}

function encoded(key: ArrayBuffer | null): string {
  const bytes = String.fromCodePoint(...new Uint8Array(key ?? new ArrayBuffer(0)));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** `ready` speaks of the page's own worker only; this one has another scope. */
async function activated(registration: ServiceWorkerRegistration): Promise<ServiceWorkerRegistration> {
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  if (worker === null || worker.state === "activated") return registration;
  await new Promise<void>((done) => worker.addEventListener("statechange", () => worker.state === "activated" && done()));
  return registration;
}
