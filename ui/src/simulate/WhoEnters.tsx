/** Who enters, and by what: somebody real or made up; an event that really happened to them, or an invented one. */
import { Autocomplete, NumberInput, SegmentedControl, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, queryOptions, skipToken, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, read } from "../client/api";
import { AttributeRows } from "../inspector/forms/AttributeRows";
import { propertiesOf, useVocabulary } from "../inspector/vocabulary";
import { displayName } from "../people/identity";
import { t } from "../texts/texts";
import { momentWords } from "../texts/times";
import { inventedProperties, itemOf, type PastEvent, type Setting } from "./setting";

interface Props {
  setting: Setting;
  onChange: (setting: Setting) => void;
}

const TYPING_PAUSE_MS = 150;

export function WhoEnters({ setting, onChange }: Props) {
  const [isReal, setIsReal] = useState(setting.profile !== null);
  const isPast = setting.past !== null;
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label={t("simulate.person")}
        value={isReal ? "real" : "madeUp"}
        data={(["madeUp", "real"] as const).map((value) => ({ value, label: t(`simulate.who.${value}`) }))}
        onChange={(value) => {
          setIsReal(value === "real");
          if (value === "madeUp") onChange({ ...setting, profile: null, past: null });
        }}
      />
      {isReal ? (
        <RealPerson setting={setting} onChange={onChange} />
      ) : (
        <AttributeRows label={t("simulate.attributes")} error={undefined} values={setting.attributes} onChange={(attributes) => onChange({ ...setting, attributes })} />
      )}
      {!isPast && <InventedEvent setting={setting} onChange={onChange} />}
      {itemOf(setting) !== null && (
        <NumberInput
          label={t("simulate.stock", { sku: itemOf(setting) })}
          value={setting.stock}
          min={0}
          allowDecimal={false}
          onChange={(stock) => onChange({ ...setting, stock: Number(stock) || 0 })}
        />
      )}
    </>
  );
}

const INVENTED = "";

function RealPerson({ setting, onChange }: Props) {
  const [query, setQuery] = useState("");
  const one = useQuery(personQuery(setting.profile));
  const chosen = one.data === undefined ? null : { value: one.data.id, label: displayName(one.data) };
  const [settled] = useDebouncedValue(query === chosen?.label ? "" : query, TYPING_PAUSE_MS);
  const people = useQuery(peopleQuery(settled));
  const past = useQuery(pastQuery(setting.profile));
  const found = (people.data?.items ?? []).map((person) => ({ value: person.id, label: displayName(person) }));
  const data = chosen === null || found.some(({ value }) => value === chosen.value) ? found : [chosen, ...found];
  return (
    <>
      <Select
        label={t("simulate.profile")}
        placeholder={t("simulate.findProfile")}
        searchable
        data={data}
        filter={({ options }) => options}
        value={setting.profile}
        searchValue={query}
        onSearchChange={setQuery}
        nothingFoundMessage={t("composer.nobody")}
        onChange={(profile) => onChange({ ...setting, profile, past: null })}
      />
      {setting.profile !== null && (
        <Select
          label={t("simulate.occasion")}
          allowDeselect={false}
          data={[
            { value: INVENTED, label: t("simulate.invented") },
            ...(past.data ?? []).map((event) => ({ value: event.id, label: `${event.name} · ${momentWords(event.at)}` })),
          ]}
          value={setting.past?.id ?? INVENTED}
          onChange={(id) => onChange({ ...setting, past: past.data?.find((event) => event.id === id) ?? null })}
        />
      )}
    </>
  );
}

function InventedEvent({ setting, onChange }: Props) {
  const vocabulary = useVocabulary();
  return (
    <>
      <Autocomplete
        label={t("simulate.event")}
        value={setting.event}
        data={vocabulary.events.map(({ name }) => name)}
        onChange={(event) => onChange({ ...setting, event })}
        onOptionSubmit={(event) => onChange({ ...setting, event, properties: inventedProperties(event, vocabulary) })}
      />
      <AttributeRows
        label={t("simulate.properties")}
        nameLabel={t("condition.property")}
        addLabel={t("simulate.addProperty")}
        known={propertiesOf(vocabulary, setting.event)}
        error={undefined}
        values={setting.properties}
        onChange={(properties) => onChange({ ...setting, properties })}
      />
    </>
  );
}

function personQuery(profile: string | null) {
  return queryOptions({
    queryKey: ["profiles", "one", profile],
    queryFn: profile === null ? skipToken : () => read(api.GET("/v1/profiles/{profile_id}", { params: { path: { profile_id: profile } } })),
  });
}

function peopleQuery(query: string) {
  return queryOptions({
    queryKey: ["profiles", "simulated", query],
    queryFn: ({ signal }) => read(api.GET("/v1/profiles", { params: { query: query === "" ? {} : { query } }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** The newest events of this person; a waiting list's own changes are no events, and let nobody in. */
function pastQuery(profile: string | null) {
  const query = { kind: ["event", "waitlist", "restock", "click"] as ("event" | "waitlist" | "restock" | "click")[], limit: 100 };
  return queryOptions({
    queryKey: ["profiles", "one", profile, "past"],
    queryFn:
      profile === null
        ? skipToken
        : async (): Promise<PastEvent[]> => {
            const page = await read(api.GET("/v1/profiles/{profile_id}/timeline", { params: { path: { profile_id: profile }, query } }));
            return page.items.flatMap(({ id, at, data, variant }) => {
              const name = data["event"];
              const told = data["sku"];
              return typeof name === "string" ? [{ id, at, name, sku: typeof told === "string" ? told : (variant?.sku ?? null) }] : [];
            });
          },
  });
}
