// @vitest-environment jsdom
/** A proof to take away: for who may export people only, and byte by byte as the server wrote it. */
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { queryClient, SESSION_KEY } from "../client/queryClient";
import { Proofs } from "./Proofs";

const WRITTEN = '{"manifest":{"schema":1},"trail":[{"facts":{"share":1.0}}]}';
const ignore = () => undefined;
let [asked, saved]: [string[], { name: string; file: Blob }[]] = [[], []];

beforeEach(() => {
  [asked, saved] = [[], []];
  let made = new Blob();
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: ignore, removeEventListener: ignore }));
  vi.stubGlobal("fetch", async (request: Request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname}`);
    return new Response(WRITTEN, { headers: { "Content-Type": "application/json" } });
  });
  Object.assign(URL, { createObjectURL: (file: Blob) => ((made = file), "blob:proof"), revokeObjectURL: ignore });
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    saved.push({ name: this.download, file: made });
  });
});

afterEach(() => {
  cleanup();
  queryClient.clear();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function shown(permissions: readonly string[]) {
  queryClient.setQueryData(SESSION_KEY, { csrf: "c", permissions });
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={queryClient}>
        <Proofs enrollmentId="enr_1" />
      </QueryClientProvider>
    </MantineProvider>,
  );
}

test("the file is what the server wrote, whose numbers no program has written anew", async () => {
  shown(["see_people", "export_people"]);
  fireEvent.click(screen.getByRole("button", { name: "Download proof" }));
  await waitFor(() => expect(saved.map(({ name }) => name)).toEqual(["enr_1.proof.json"]));
  expect(asked.at(-1)).toBe("POST /v1/enrollments/enr_1/bundle");
  expect(await saved[0]?.file.text()).toBe(WRITTEN);
});

test("who may export nobody is offered none", () => {
  shown(["see_people"]);
  expect(screen.getByRole("button", { name: "Decide again" })).toBeDefined();
  expect(screen.queryByRole("button", { name: "Download proof" })).toBeNull();
});
