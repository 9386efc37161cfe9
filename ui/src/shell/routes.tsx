/** Every address of the UI. Pages load when they are first visited; the canvas with its graph library is the heavy one. */
import type { ComponentType } from "react";
import { createBrowserRouter, redirect } from "react-router";

import { Problem } from "../client/problem";
import { NotFoundPage } from "./NotFoundPage";
import { PageLoading } from "./PageLoading";
import { RouteProblem } from "./RouteProblem";
import { StaffOnly } from "./StaffOnly";

export const router = createBrowserRouter([
  { path: "/sign-in", lazy: page(async () => (await import("./SignInPage")).SignInPage), hydrateFallbackElement: <PageLoading /> },
  {
    path: "/",
    element: <StaffOnly />,
    errorElement: <RouteProblem isPage />,
    hydrateFallbackElement: <PageLoading />,
    children: [
      {
        errorElement: <RouteProblem />,
        children: [
          { index: true, loader: () => redirect("/journeys") },
          { path: "journeys", lazy: fetched(async () => (await import("../journeys/JourneysPage")).JourneysPage) },
          { path: "journeys/:journeyId", lazy: page(async () => (await import("../journeys/JourneyPage")).JourneyPage) },
          { path: "people", lazy: page(async () => (await import("../people/PeoplePage")).PeoplePage) },
          { path: "people/:profileId", lazy: page(async () => (await import("../people/ProfilePage")).ProfilePage) },
          { path: "people/:profileId/why", lazy: page(async () => (await import("../why/WhyPage")).WhyPage) },
          { path: "enrollments/:enrollmentId", lazy: page(async () => (await import("../why/PassagePage")).PassagePage) },
          { path: "waitlist", lazy: page(async () => (await import("../stock/WaitlistPage")).WaitlistPage) },
          { path: "releases", lazy: page(async () => (await import("../stock/ReleasesPage")).ReleasesPage) },
          { path: "catalog", lazy: page(async () => (await import("../catalog/CatalogPage")).CatalogPage) },
          { path: "sources", lazy: page(async () => (await import("../sources/SourcesPage")).SourcesPage) },
          { path: "plugins", lazy: page(async () => (await import("../plugins/PluginsPage")).PluginsPage) },
          { path: "messages", lazy: page(async () => (await import("../messages/MessagesPage")).MessagesPage) },
          { path: "inbox", lazy: page(async () => (await import("../inbox/InboxPage")).InboxPage) },
          { path: "team", lazy: page(async () => (await import("../team/TeamPage")).TeamPage) },
          { path: "account", lazy: page(async () => (await import("../team/AccountPage")).AccountPage) },
          { path: "*", element: <NotFoundPage /> },
        ],
      },
    ],
  },
]);

/** A page whose words are fetched before it. */
function page(load: () => Promise<ComponentType>) {
  return fetched(async () => {
    await import("../texts/pages");
    return load();
  });
}

/** What is fetched when it is first visited. */
function fetched(load: () => Promise<ComponentType>): () => Promise<{ Component: ComponentType }> {
  return async () => {
    try {
      return { Component: await load() };
    } catch {
      throw Problem.notLoaded();
    }
  };
}
