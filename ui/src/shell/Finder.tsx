/** ⌘K: go to a page, a journey or a person by typing. */
import { createSpotlight, Spotlight } from "@mantine/spotlight";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Inbox, Route, Search, Store, User, Users } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";

import { journeysQuery } from "../journeys/queries";
import { contactLine, displayName } from "../people/identity";
import { profileSearchQuery } from "../people/queries";
import { t } from "../texts/texts";
import styles from "./Finder.module.css";

const [store, finder] = createSpotlight();
const TYPING_PAUSE_MS = 150;
const SHOWN_OF_A_KIND = 6;

export const openFinder = finder.open;

export function Finder() {
  const [query, setQuery] = useState("");
  const [isOpen, setOpen] = useState(false);
  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      onSpotlightOpen={() => setOpen(true)}
      onSpotlightClose={() => setOpen(false)}
      shortcut={["mod + K", "/"]}
      lockScroll={false}
      scrollable
      maxHeight={460}
      size={580}
      radius="lg"
      classNames={{ content: styles.content, action: styles.action, actionsGroup: styles.group }}
    >
      <Spotlight.Search
        placeholder={t("finder.placeholder")}
        aria-label={t("finder.placeholder")}
        leftSection={<Search size={18} aria-hidden="true" />}
      />
      <Spotlight.ActionsList>
        <Findings query={query.trim()} isOpen={isOpen} />
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function Findings({ query, isOpen }: { query: string; isOpen: boolean }) {
  const navigate = useNavigate();
  const [settled] = useDebouncedValue(query, TYPING_PAUSE_MS);
  const journeys = useQuery({ ...journeysQuery, enabled: isOpen });
  const people = useQuery({
    ...profileSearchQuery(settled),
    enabled: isOpen && settled !== "",
    placeholderData: keepPreviousData,
  });

  const matches = (text: string) => text.toLowerCase().includes(query.toLowerCase());
  const pages = pageActions((to) => void navigate(to)).filter(({ label }) => matches(label));
  const foundJourneys = (journeys.data?.items ?? []).filter(({ name }) => matches(name)).slice(0, SHOWN_OF_A_KIND);
  const foundPeople = query === "" ? [] : (people.data?.items ?? []).slice(0, SHOWN_OF_A_KIND);
  const isEmpty = pages.length + foundJourneys.length + foundPeople.length === 0;

  return (
    <>
      {pages.length > 0 && (
        <Spotlight.ActionsGroup label={t("finder.pages")}>
          {pages.map(({ icon: Icon, label, go }) => (
            <Spotlight.Action key={label} label={label} leftSection={<Icon size={17} />} onClick={go} />
          ))}
        </Spotlight.ActionsGroup>
      )}
      {foundJourneys.length > 0 && (
        <Spotlight.ActionsGroup label={t("finder.journeys")}>
          {foundJourneys.map(({ id, name }) => (
            <Spotlight.Action
              key={id}
              label={name}
              leftSection={<Route size={17} />}
              onClick={() => void navigate(`/journeys/${encodeURIComponent(id)}`)}
            />
          ))}
        </Spotlight.ActionsGroup>
      )}
      {foundPeople.length > 0 && (
        <Spotlight.ActionsGroup label={t("finder.people")}>
          {foundPeople.map((profile) => (
            <Spotlight.Action
              key={profile.id}
              label={displayName(profile)}
              description={contactLine(profile)}
              leftSection={<User size={17} />}
              onClick={() => void navigate(`/people/${encodeURIComponent(profile.id)}`)}
            />
          ))}
        </Spotlight.ActionsGroup>
      )}
      {isEmpty && <Spotlight.Empty>{people.isFetching ? t("finder.searching") : t("finder.nothing", { query })}</Spotlight.Empty>}
    </>
  );
}

function pageActions(go: (to: string) => void) {
  return [
    { label: t("shell.journeys"), icon: Route, go: () => go("/journeys") },
    { label: t("shell.people"), icon: Users, go: () => go("/people") },
    { label: t("shell.inbox"), icon: Inbox, go: () => go("/inbox") },
    { label: t("shell.shop"), icon: Store, go: () => globalThis.location.assign("/shop") },
  ];
}
