/** The providers around the pages: theme, server data, routes. */
import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "react-router/dom";

import { queryClient } from "../client/queryClient";
import { router } from "./routes";
import { theme } from "./theme";

/** The key that public/scheme.js reads before the first paint. */
const schemes = localStorageColorSchemeManager({ key: "waitline-scheme" });

export function App() {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={schemes}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
