/** Walk the draft in virtual time: who enters by what, what happens meanwhile, and what that leads to. Nothing is sent. */
import { Alert, Autocomplete, Button, NumberInput, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { useEffect, useState } from "react";

import type { Marks, NodeMark } from "../canvas/flow";
import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import type { Trial } from "../client/types";
import type { JourneyDocument } from "../document/journey";
import { useDocument, useEditorStore } from "../editor/store";
import { useVocabulary } from "../inspector/vocabulary";
import { AttributeRows } from "../inspector/forms/AttributeRows";
import { t } from "../texts/texts";
import { Happenings } from "./Happenings";
import { scriptOf, type Happening } from "./script";
import styles from "./Simulate.module.css";
import { TrialSteps } from "./TrialSteps";

interface Person {
  attributes: Record<string, unknown>;
  sku: string;
  stock: number;
}

export function SimulatePanel() {
  const store = useEditorStore();
  const document = useDocument();
  const { events } = useVocabulary();
  const [event, setEvent] = useState(() => entryEvent(document));
  const [person, setPerson] = useState<Person>({ attributes: { first_name: "Ada", country: "DE" }, sku: "SKU-1", stock: 5 });
  const [happenings, setHappenings] = useState<readonly Happening[]>([]);

  const trial = useMutation({
    mutationFn: () =>
      read(
        api.POST("/v1/journeys/simulate", {
          body: {
            document: { ...document },
            profile: { attributes: person.attributes },
            event: { name: event, properties: { sku: person.sku } },
            script: [{ after: "PT0S", stock: { [person.sku]: person.stock } }, ...scriptOf(happenings, person.sku)],
          },
        }),
      ),
    onSuccess: (answer) => store.getState().mark(marksOf(answer, document)),
  });
  useEffect(() => () => store.getState().mark(null), [store]);
  const problem = trial.isError ? Problem.of(trial.error) : null;

  return (
    <div className={styles.simulate}>
      <div className={styles.setting}>
        <p className={styles.hint}>{t("simulate.hint")}</p>
        <div className={styles.row}>
          <Autocomplete label={t("simulate.event")} value={event} data={events.map(({ name }) => name)} onChange={setEvent} />
          <TextInput label={t("simulate.sku")} value={person.sku} onChange={(change) => setPerson({ ...person, sku: change.currentTarget.value })} />
        </div>
        <NumberInput label={t("simulate.stock")} value={person.stock} min={0} allowDecimal={false} onChange={(stock) => setPerson({ ...person, stock: Number(stock) || 0 })} />
        <AttributeRows label={t("simulate.person")} error={undefined} values={person.attributes} onChange={(attributes) => setPerson({ ...person, attributes })} />
        <Happenings happenings={happenings} document={document} onChange={setHappenings} />
        <Button leftSection={<Play size={15} aria-hidden="true" />} loading={trial.isPending} onClick={() => trial.mutate()}>
          {t("simulate.run")}
        </Button>
        {problem !== null && (
          <Alert color="red" title={problem.title}>
            {problem.errors.length === 0 ? problem.detail : t("simulate.unfinished")}
            {problem.errors.map(({ field, detail }) => (
              <p key={`${field}:${detail}`}>{detail}</p>
            ))}
          </Alert>
        )}
      </div>
      {trial.data !== undefined && <TrialSteps trial={trial.data} document={document} onSelect={(node) => store.getState().select([node])} />}
    </div>
  );
}

function entryEvent({ graph }: JourneyDocument): string {
  const entry = graph.nodes.find((node) => node.type === "entry");
  return entry?.trigger.kind === "event" ? entry.trigger.event : "Back in Stock";
}

/** What was walked lights up, where it stands now most of all; the rest steps back. */
function marksOf({ steps, ended }: Trial, { graph }: JourneyDocument): Marks {
  const marks = new Map<string, NodeMark>(graph.nodes.map(({ id }) => [id, "untouched"]));
  for (const { node } of steps) marks.set(node, "walked");
  const last = steps.at(-1)?.node;
  if (last !== undefined && !ended) marks.set(last, "here");
  return marks;
}
