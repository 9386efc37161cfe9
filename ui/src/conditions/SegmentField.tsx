/** A saved segment, or a new one made on the spot. */
import { Button, Group, Modal, Select, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import type { Condition, Leaf, SegmentClause } from "../document/conditions";
import { useVocabulary } from "../inspector/vocabulary";
import { t } from "../texts/texts";
import { ConditionBuilder } from "./ConditionBuilder";
import styles from "./ConditionBuilder.module.css";
import { MatchCount } from "./MatchCount";

export function SegmentField({ clause, onChange }: { clause: SegmentClause; onChange: (clause: Leaf) => void }) {
  const { segments } = useVocabulary();
  const [isNew, setIsNew] = useState(false);
  const choose = (segment: string) => onChange({ ...clause, segment });
  return (
    <>
      <Select
        label={t("condition.segment")}
        placeholder={t("condition.chooseSegment")}
        value={clause.segment === "" ? null : clause.segment}
        data={withCurrent(segments.map(({ id, name }) => ({ value: id, label: name })), clause.segment)}
        searchable
        nothingFoundMessage={t("condition.noSegments")}
        onChange={(segment) => choose(segment ?? "")}
      />
      <Button variant="subtle" size="compact-xs" className={styles.add ?? ""} leftSection={<Plus size={13} aria-hidden="true" />} onClick={() => setIsNew(true)}>
        {t("segment.new")}
      </Button>
      {isNew && <NewSegment wish={clause.segment} onMade={choose} onClose={() => setIsNew(false)} />}
    </>
  );
}

/** A segment that is named but not known stays visible. */
function withCurrent(options: { value: string; label: string }[], current: string) {
  return current === "" || options.some(({ value }) => value === current) ? options : [{ value: current, label: current }, ...options];
}

interface NewProps {
  wish: string;
  onMade: (id: string) => void;
  onClose: () => void;
}

function NewSegment({ wish, onMade, onClose }: NewProps) {
  const queries = useQueryClient();
  const { segments } = useVocabulary();
  const [name, setName] = useState(segments.some(({ id }) => id === wish) ? "" : wish);
  const [condition, setCondition] = useState<Condition | null>(null);
  const create = useMutation({
    mutationFn: () => read(api.POST("/v1/segments", { body: { name, condition: { ...(condition ?? { kind: "all", of: [] }) } } })),
    onSuccess: async (segment) => {
      await queries.invalidateQueries({ queryKey: ["vocabulary"] });
      onMade(segment.id);
      onClose();
    },
  });
  const problem = create.isError ? Problem.of(create.error) : null;
  return (
    <Modal opened onClose={onClose} title={t("segment.new")} centered>
      <div className={styles.builder}>
        <TextInput data-autofocus label={t("segment.name")} value={name} maxLength={120} onChange={(event) => setName(event.currentTarget.value)} />
        <ConditionBuilder label={t("segment.who")} scope="profile" value={condition} onChange={setCondition} foot={<MatchCount condition={condition} />} />
        {problem !== null && <p role="alert">{[problem.detail, ...problem.errors.map(({ detail }) => detail)].join(" ")}</p>}
      </div>
      <Group justify="flex-end" gap={8} mt="lg">
        <Button variant="default" onClick={onClose}>
          {t("dialog.cancel")}
        </Button>
        <Button disabled={name.trim() === "" || condition === null} loading={create.isPending} onClick={() => create.mutate()}>
          {t("segment.create")}
        </Button>
      </Group>
    </Modal>
  );
}
