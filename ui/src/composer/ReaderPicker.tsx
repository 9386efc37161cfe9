/** As whom the message is read: sample values, or one person and one of her past events. */
import { NativeSelect, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, queryOptions, skipToken, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, read } from "../client/api";
import { displayName } from "../people/identity";
import { dateWords } from "../texts/times";
import { t } from "../texts/texts";
import styles from "./Reader.module.css";
import type { Reader } from "./rendering";

interface Props {
  reader: Reader | null;
  onChange: (reader: Reader | null) => void;
}

const TYPING_PAUSE_MS = 150;

export function ReaderPicker({ reader, onChange }: Props) {
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState<{ value: string; label: string } | null>(null);
  const [settled] = useDebouncedValue(query === chosen?.label ? "" : query, TYPING_PAUSE_MS);
  const people = useQuery(peopleQuery(settled));
  const events = useQuery(eventsQuery(reader?.profile ?? null));

  const found = (people.data?.items ?? []).map((one) => ({ value: one.id, label: displayName(one) }));
  const data = chosen === null || found.some(({ value }) => value === chosen.value) ? found : [chosen, ...found];
  const past = (events.data?.items ?? []).filter(({ kind }) => kind === "event");
  const unique = past.filter(({ id }, index) => past.findIndex((one) => one.id === id) === index);

  return (
    <div className={styles.reader}>
      <Select
        size="xs"
        label={t("composer.reader")}
        placeholder={t("composer.sampleReader")}
        searchable
        clearable
        clearButtonProps={{ "aria-label": t("composer.sampleReader") }}
        data={data}
        filter={({ options }) => options}
        value={reader?.profile ?? null}
        searchValue={query}
        onSearchChange={setQuery}
        nothingFoundMessage={t("composer.nobody")}
        onChange={(profile, option) => {
          setChosen(profile === null ? null : option);
          onChange(profile === null ? null : { profile, event: null });
        }}
      />
      {reader !== null && (
        <NativeSelect
          size="xs"
          label={t("composer.occasion")}
          value={reader.event ?? ""}
          data={[
            { value: "", label: t("composer.noOccasion") },
            ...unique.map(({ id, title, at }) => ({ value: id, label: `${title} · ${dateWords(at)}` })),
          ]}
          onChange={(change) => onChange({ ...reader, event: change.currentTarget.value || null })}
        />
      )}
    </div>
  );
}

function peopleQuery(query: string) {
  return queryOptions({
    queryKey: ["profiles", "readers", query],
    queryFn: ({ signal }) => read(api.GET("/v1/profiles", { params: { query: query === "" ? {} : { query } }, signal })),
    placeholderData: keepPreviousData,
  });
}

function eventsQuery(profile: string | null) {
  return queryOptions({
    queryKey: ["profiles", "one", profile, "occasions"],
    queryFn: profile === null ? skipToken : () => read(api.GET("/v1/profiles/{profile_id}/occasions", { params: { path: { profile_id: profile } } })),
  });
}
