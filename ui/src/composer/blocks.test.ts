// @vitest-environment jsdom
import { expect, test } from "vitest";

import { type Block, reordered } from "./blocks";

const BLOCKS: readonly Block[] = [{ type: "heading" }, { type: "text" }, { type: "divider" }];

test.each([
  [0, 2, ["text", "heading", "divider"]],
  [0, 3, ["text", "divider", "heading"]],
  [2, 0, ["divider", "heading", "text"]],
  [1, 1, ["heading", "text", "divider"]],
  [1, 2, ["heading", "text", "divider"]],
  [9, 0, ["heading", "text", "divider"]],
])("block %i put before place %i", (from, before, types) => {
  expect(reordered(BLOCKS, from, before).map(({ type }) => type)).toEqual(types);
});
