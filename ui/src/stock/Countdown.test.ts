import { expect, test } from "vitest";

import { countdownWords } from "./Countdown";

test("a countdown is written as a clock, and what is due comes any moment", () => {
  expect(countdownWords(3_725)).toBe("in 1:02:05");
  expect(countdownWords(249)).toBe("in 4:09");
  expect(countdownWords(0)).toBe("any moment");
  expect(countdownWords(-30)).toBe("any moment");
});
