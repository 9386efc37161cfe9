/** Something that staff do for one person: a button, and the dialog that asks why (and for a move, where to). */
import { Button, Group, Modal, Select, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { Problem } from "../client/problem";
import { useMay } from "../shell/may";
import { t } from "../texts/texts";
import styles from "./Passage.module.css";

interface Props {
  label: string;
  /** What it does and whether it can be undone. */
  detail: string;
  /** The nodes to choose from, where the act needs one. */
  nodes?: readonly { value: string; label: string }[];
  /** Whether nothing brings back what it takes away. */
  isGrave?: boolean;
  onAct: (reason: string, node: string) => Promise<unknown>;
}

export function ActButton({ label, detail, nodes, isGrave = false, onAct }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const mayAct = useMay("act_for_people");
  if (!mayAct) return null;
  return (
    <>
      <Button size="xs" variant="default" c={isGrave ? "var(--bad)" : undefined} onClick={() => setIsOpen(true)}>
        {label}
      </Button>
      {isOpen && <ActDialog label={label} detail={detail} nodes={nodes ?? []} isGrave={isGrave} onAct={onAct} onClose={() => setIsOpen(false)} />}
    </>
  );
}

function ActDialog({ label, detail, nodes, isGrave, onAct, onClose }: Required<Props> & { onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [node, setNode] = useState<string | null>(null);
  const act = useMutation({
    mutationFn: () => onAct(reason.trim(), node ?? ""),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["profiles"] });
      void queries.invalidateQueries({ queryKey: ["enrollments"] });
      onClose();
    },
  });
  const isReady = reason.trim().length >= 3 && (nodes.length === 0 || node !== null);
  return (
    <Modal opened onClose={onClose} title={label} centered>
      <p className={styles.about}>{detail}</p>
      {nodes.length > 0 && <Select label={t("acts.node")} data={[...nodes]} value={node} onChange={setNode} mb="sm" searchable />}
      <Textarea
        data-autofocus
        label={t("acts.reason")}
        description={t("acts.recorded")}
        value={reason}
        maxLength={500}
        autosize
        minRows={2}
        error={act.isError ? Problem.of(act.error).detail : undefined}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Group justify="flex-end" gap={8} mt="lg">
        <Button variant="default" onClick={onClose}>
          {t("dialog.cancel")}
        </Button>
        <Button color={isGrave ? "red.9" : undefined} disabled={!isReady} loading={act.isPending} onClick={() => act.mutate()}>
          {label}
        </Button>
      </Group>
    </Modal>
  );
}
