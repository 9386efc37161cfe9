/** The pages of the main menu, in its order, each with the permission that it needs. */
import { Hourglass, Inbox, PackageOpen, RadioTower, Route, Send, Tags, Users, UsersRound } from "lucide-react";

export const PAGES = [
  { to: "/journeys", name: "journeys", icon: Route, needs: "see_journeys" },
  { to: "/people", name: "people", icon: Users, needs: "see_people" },
  { to: "/waitlist", name: "waitlist", icon: Hourglass, needs: "see_waitlists" },
  { to: "/releases", name: "releases", icon: PackageOpen, needs: "see_journeys" },
  { to: "/catalog", name: "catalog", icon: Tags, needs: "see_catalog" },
  { to: "/sources", name: "sources", icon: RadioTower, needs: "see_catalog" },
  { to: "/messages", name: "messages", icon: Send, needs: "see_people" },
  { to: "/inbox", name: "inbox", icon: Inbox, needs: "see_inbox" },
  { to: "/team", name: "team", icon: UsersRound, needs: "manage_staff" },
] as const;
