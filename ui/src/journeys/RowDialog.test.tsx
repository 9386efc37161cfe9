// @vitest-environment jsdom
/** Giving a journey to a colleague: chosen by name, sent as an id. */
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { JourneyRow } from "../client/types";
import { RowDialog } from "./RowDialog";

const COLLEAGUES = [
  { id: "stf_1", name: "Ada" },
  { id: "stf_2", name: "Bo" },
  { id: "stf_3", name: "Bo" },
];
const ignore = () => undefined;
let sent: unknown[] = [];

beforeEach(() => {
  sent = [];
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: ignore, removeEventListener: ignore }));
  vi.stubGlobal("ResizeObserver", class {
    observe = ignore;
    unobserve = ignore;
    disconnect = ignore;
  });
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "PATCH") sent.push(await request.json());
    return Response.json({ items: request.url.endsWith("/colleagues") ? COLLEAGUES : [] });
  });
  Element.prototype.scrollIntoView = ignore;
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  Reflect.deleteProperty(Element.prototype, "scrollIntoView");
});

function open(owner: string | null) {
  const journey = { id: "jny_1", name: "Autumn", tags: [], owner } as unknown as JourneyRow;
  const onClose = vi.fn<() => void>();
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <MantineProvider env="test">
        <RowDialog journey={journey} doing="owner" onClose={onClose} />
      </MantineProvider>
    </QueryClientProvider>,
  );
  return { field: screen.getByRole<HTMLInputElement>("combobox"), give: screen.getByRole("button", { name: "Owner" }), onClose };
}

test("a journey is given to whom one chooses", async () => {
  const { field, give, onClose } = open("Ada");

  await waitFor(() => expect(field.value).toBe("Ada"));
  expect(give).toHaveProperty("disabled", true);
  fireEvent.click(field);
  fireEvent.click((await screen.findAllByRole("option", { name: "Bo" }))[1] as HTMLElement);
  fireEvent.click(give);

  await waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(sent).toEqual([{ owner: "stf_3" }]);
});

test("nobody is taken for the owner where two have the name", async () => {
  const { field } = open("Bo");

  fireEvent.click(field);
  await screen.findAllByRole("option", { name: "Bo" });

  expect([field.value, field.placeholder]).toEqual(["", "Bo"]);
});
