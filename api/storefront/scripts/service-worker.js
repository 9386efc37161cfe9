/* Waitline's service worker: shows what was pushed, and opens the link that was clicked.

   A shop serves a file of its own (its address must be the shop's) that holds one line:
       importScripts("https://waitline.example/storefront/service-worker.js");

   Payload: {v: 1, title, body, icon, image, badge, tag, ttl, actions: [{action, title}],
             links: {body, actions: [url, …]}, variant, send_id}
   The links are signed click addresses: opening one records the click and leads on to the product. */
"use strict";

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));

self.addEventListener("push", (event) => event.waitUntil(show(event.data)));

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { links, actions } = event.notification.data;
  const button = actions.indexOf(event.action);
  event.waitUntil(self.clients.openWindow(button < 0 ? links.body : links.actions[button]));
});

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event.newSubscription)));

async function show(data) {
  const message = data.json();
  const { title, body, icon, image, badge, tag, actions = [], links, variant, send_id } = message;
  const options = { body, icon, image, badge, tag, actions };
  for (const name of Object.keys(options)) if (options[name] == null) delete options[name];
  const names = actions.map(({ action }) => action);
  await self.registration.showNotification(title, { ...options, data: { links, actions: names, variant, send_id } });
}

/* The browser dropped the subscription: make another for the same key, and tell Waitline whose it is. The widget left
   the address, the keys and the profile in the cache when the shopper subscribed. */
async function renew(fresh) {
  const kept = await (await caches.open("waitline")).match("/waitline-settings");
  if (!kept) return;
  const { base, key, vapid, profile } = await kept.json();
  const options = { userVisibleOnly: true, applicationServerKey: vapid };
  const subscription = fresh || (await self.registration.pushManager.subscribe(options));
  const { endpoint, keys } = subscription.toJSON();
  await fetch(`${base}v1/push-subscriptions`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify({ profile, subscription: { endpoint, keys } }),
  });
}
