/** Every address of the UI. Pages load when they are first visited; the canvas with its graph library is the heavy one. */
import { createBrowserRouter, redirect } from "react-router";

import { NotFoundPage } from "./NotFoundPage";
import { PageLoading } from "./PageLoading";
import { RouteProblem } from "./RouteProblem";
import { SignInPage } from "./SignInPage";
import { StaffOnly } from "./StaffOnly";

export const router = createBrowserRouter([
  { path: "/sign-in", element: <SignInPage /> },
  {
    path: "/",
    element: <StaffOnly />,
    errorElement: <RouteProblem />,
    hydrateFallbackElement: <PageLoading />,
    children: [
      { index: true, loader: () => redirect("/journeys") },
      { path: "journeys", lazy: async () => ({ Component: (await import("../journeys/JourneysPage")).JourneysPage }) },
      { path: "journeys/:journeyId", lazy: async () => ({ Component: (await import("../journeys/JourneyPage")).JourneyPage }) },
      { path: "people", lazy: async () => ({ Component: (await import("../people/PeoplePage")).PeoplePage }) },
      { path: "people/:profileId", lazy: async () => ({ Component: (await import("../people/ProfilePage")).ProfilePage }) },
      { path: "inbox", lazy: async () => ({ Component: (await import("../inbox/InboxPage")).InboxPage }) },
      { path: "*", element: <NotFoundPage /> },
    ],
  },
]);
