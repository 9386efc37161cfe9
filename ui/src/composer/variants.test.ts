import { expect, test } from "vitest";

import { changed, contentOf, shareOfBase, variantsOf, withOneMore, without, withShare } from "./variants";

const MESSAGE = { channel: "sms", text: "It is back." };

test("a second way to say it gets half, and says only what it says otherwise", () => {
  const more = withOneMore(MESSAGE);
  const written = changed(more?.message ?? {}, "b", { text: "Quick!" });

  expect(more?.id).toBe("b");
  expect(shareOfBase(written)).toBe(50);
  expect(contentOf(written, "b")).toEqual({ channel: "sms", text: "Quick!" });
  expect(contentOf(written, "a")).toEqual(MESSAGE);
  expect(contentOf(changed(written, "a", { text: "Here." }), "b")["text"]).toBe("Quick!");
});

test("shares never exceed a hundred, and the last variant taken away leaves the message as it was", () => {
  const three = withOneMore(withOneMore(MESSAGE)?.message ?? {})?.message ?? {};

  expect(variantsOf(three).map(({ share }) => share)).toEqual([33, 33]);
  expect(shareOfBase(withShare(three, "b", 90))).toBe(0);
  expect(without(without(three, "b"), "c")).toEqual(MESSAGE);
});
