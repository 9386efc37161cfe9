// @vitest-environment jsdom
import { expect, test } from "vitest";

import { asRendered, htmlOf, requestOf } from "./rendering";

test("a notification is drawn with the words and buttons that would be sent", () => {
  const content = { channel: "web_push", title: "Hi {{ profile.first_name }}", layout: "icon" };
  const rendering = { title: "Hi Mia", body: "Back", payload: '{"actions":[{"action":"action_1","title":"See it"}]}' };

  expect(asRendered(content, rendering)).toMatchObject({ ...content, title: "Hi Mia", body: "Back", actions: [{ action: "action_1", title: "See it" }] });
});

test("a notification of the app is drawn with the words and the picture that would be sent", () => {
  const content = { channel: "mobile_push", title: "{{ product.name }}", image: "{{ product.image_url }}" };
  const rendering = { title: "Fjell", body: "Back", payload: '{"notification":{"image":"https://cdn.example/f.jpg"}}' };

  expect(asRendered(content, rendering)).toEqual({ channel: "mobile_push", title: "Fjell", body: "Back", image: "https://cdn.example/f.jpg" });
});

test("a text message already holds its link", () => {
  const drawn = asRendered({ channel: "sms", text: "x", link: { url: "y" } }, { text: "Back: https://s.example/c/1" });

  expect(drawn).toEqual({ channel: "sms", text: "Back: https://s.example/c/1", link: null });
});

test("a call shows the fields of its body", () => {
  const drawn = asRendered({ channel: "webhook", url: "u", fields: [] }, { url: "https://a.example", body: '{"sku":"FJELL-M"}' });

  expect(drawn).toEqual({ channel: "webhook", url: "https://a.example", fields: [{ name: "sku", value: "FJELL-M" }] });
});

test("without a reader the engine makes one up", () => {
  const draft = { message: { channel: "sms" }, variant: "a", reader: null, journey: "VIP" };

  expect(requestOf(draft)).toEqual({ message: { channel: "sms" }, journey: "VIP" });
  expect(requestOf({ ...draft, variant: "b", reader: { profile: "prf_1", event: null } })).toMatchObject({ variant: "b", profile_id: "prf_1" });
});

test("looking at an e-mail is no opening", () => {
  const opened = "https://s.example/o/snd.gif";

  expect(htmlOf({ html: `<p>Back</p><img src="${opened}">`, open_url: opened })).not.toContain(opened);
  expect(htmlOf({ text: "Back" })).toBeNull();
});
