import { describe, expect, it } from "vitest";

import { beginHistory, recorded, redone, sealed, undone } from "./history";

describe("history", () => {
  it("undoes and redoes every edit, however many there were", () => {
    let history = beginHistory(0);
    for (let edit = 1; edit <= 5_000; edit += 1) history = recorded(history, edit);
    for (let edit = 4_999; edit >= 0; edit -= 1) {
      history = undone(history);
      expect(history.present).toBe(edit);
    }
    expect(undone(history)).toBe(history);
    for (let edit = 1; edit <= 5_000; edit += 1) history = redone(history);
    expect(history.present).toBe(5_000);
    expect(redone(history)).toBe(history);
  });

  it("forgets what was undone once there is a new edit", () => {
    const history = recorded(undone(recorded(recorded(beginHistory("a"), "b"), "c")), "d");
    expect(history.future).toEqual([]);
    expect(undone(history).present).toBe("b");
  });

  it("takes the keystrokes of one field as one step, until the field is left", () => {
    let history = beginHistory("");
    for (const text of ["p", "pu", "push"]) history = recorded(history, text, "title");
    expect(undone(history).present).toBe("");
    history = recorded(sealed(history), "push!", "title");
    expect(undone(history).present).toBe("push");
  });

  it("does not mix the steps of two fields", () => {
    const history = recorded(recorded(beginHistory(""), "a", "title"), "b", "body");
    expect(undone(history).present).toBe("a");
  });

  it("knows no step where nothing changed", () => {
    const history = beginHistory("a");
    expect(recorded(history, "a")).toBe(history);
  });
});
