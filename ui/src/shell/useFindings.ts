/** What the finder finds: pages and journeys by a part of their name, people as the API finds them. */
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type LucideIcon, Route, Store, User } from "lucide-react";
import { useNavigate } from "react-router";

import { journeysQuery } from "../journeys/queries";
import { contactLine, displayName, matchLine } from "../people/identity";
import { profileSearchQuery } from "../people/queries";
import { t } from "../texts/texts";
import { usePageActions } from "./pageActions";
import { PAGES } from "./pages";
import { useSession } from "./session";

export interface Finding {
  id: string;
  group: "actions" | "pages" | "journeys" | "people";
  label: string;
  detail?: string;
  icon: LucideIcon;
  go: () => void;
}

const OFFERED_UNASKED = 5;
const TYPING_PAUSE_MS = 150;
const SHOWN_OF_A_GROUP = 6;

export function useFindings(query: string): { findings: readonly Finding[]; isSearching: boolean } {
  const navigate = useNavigate();
  const [settled] = useDebouncedValue(query, TYPING_PAUSE_MS);
  const session = useSession().data;
  const journeys = useQuery(journeysQuery);
  const people = useQuery({ ...profileSearchQuery(settled), enabled: settled !== "", placeholderData: keepPreviousData });

  const actions = usePageActions().map(({ id, label, detail, icon, perform }): Finding => {
    return { id: `action-${id}`, group: "actions", label, ...(detail !== undefined && { detail }), icon, go: perform };
  });

  const goTo = (address: string) => () => void navigate(address);
  const matches = ({ label }: Finding) => label.toLowerCase().includes(query.toLowerCase());

  const pages = PAGES.filter(({ needs }) => session?.permissions.includes(needs)).map(({ to, name, icon }): Finding => {
    return { id: name, group: "pages", label: t(`shell.${name}`), icon, go: goTo(to) };
  });
  if (session?.has_shop) pages.push({ id: "shop", group: "pages", label: t("shell.shop"), icon: Store, go: () => globalThis.location.assign("/shop") });
  const named = (journeys.data?.items ?? []).map(({ id, name }): Finding => {
    const address = `/journeys/${encodeURIComponent(id)}`;
    return { id: `journey-${id}`, group: "journeys", label: name, icon: Route, go: goTo(address) };
  });
  const known = (query === "" ? [] : (people.data?.items ?? [])).map((profile): Finding => {
    const address = `/people/${encodeURIComponent(profile.id)}`;
    const detail = matchLine(profile) ?? contactLine(profile);
    return { id: `profile-${profile.id}`, group: "people", label: displayName(profile), detail, icon: User, go: goTo(address) };
  });
  return {
    findings: [
      ...actions.filter(matches).slice(0, query === "" ? OFFERED_UNASKED : actions.length),
      ...pages.filter(matches),
      ...named.filter(matches).slice(0, SHOWN_OF_A_GROUP),
      ...known.slice(0, SHOWN_OF_A_GROUP),
    ],
    isSearching: people.isFetching || query !== settled,
  };
}
