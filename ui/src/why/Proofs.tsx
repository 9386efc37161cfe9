/** Proof of a passage: decide it again, walk the send ledger, take a signed proof away. Each says what came out. */
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { FileCheck2, Link2, RotateCcw, ShieldCheck } from "lucide-react";

import { Problem } from "../client/problem";
import { Chip } from "../shell/Chip";
import { useSession } from "../shell/session";
import { nameOf, t } from "../texts/texts";
import { decideAgain, readProof, type Replay, verifyLedger } from "./acts";
import styles from "./Passage.module.css";

export function Proofs({ enrollmentId }: { enrollmentId: string }) {
  const replay = useMutation({ mutationFn: () => decideAgain(enrollmentId) });
  const ledger = useMutation({ mutationFn: verifyLedger });
  const proof = useMutation({ mutationFn: () => readProof(enrollmentId), onSuccess: (file) => save(file, enrollmentId) });
  const mayExport = useSession().data?.permissions.includes("export_people") ?? false;
  const failure = replay.error ?? ledger.error ?? proof.error;
  return (
    <div className={styles.proofs} role="group" aria-label={t("proofs.title")}>
      <Button
        size="xs"
        variant="default"
        leftSection={<RotateCcw size={14} aria-hidden="true" />}
        loading={replay.isPending}
        onClick={() => replay.mutate()}
      >
        {t("proofs.replay")}
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<Link2 size={14} aria-hidden="true" />}
        loading={ledger.isPending}
        onClick={() => ledger.mutate()}
      >
        {t("proofs.verify")}
      </Button>
      {mayExport && (
        <Button
          size="xs"
          variant="default"
          leftSection={<ShieldCheck size={14} aria-hidden="true" />}
          loading={proof.isPending}
          onClick={() => proof.mutate()}
        >
          {t("proofs.download")}
        </Button>
      )}
      <div className={styles.proved} role="status">
        {replay.data !== undefined && <Decided replay={replay.data} enrollmentId={enrollmentId} />}
        {ledger.data !== undefined && (
          <>
            <Chip tone={ledger.data.is_whole ? "good" : "bad"}>
              {ledger.data.is_whole
                ? t("proofs.whole", { count: ledger.data.rows })
                : t("proofs.broken", { count: ledger.data.findings.length })}
            </Chip>
            {ledger.data.findings.map(({ chain, link, fault, send }) => (
              <p key={`${chain} ${link} ${fault}`}>{`${nameOf("ledger_fault", fault)}: ${chain} ${link}${send === null ? "" : `, ${send}`}`}</p>
            ))}
          </>
        )}
        {failure !== null && <p>{Problem.of(failure).detail}</p>}
      </div>
    </div>
  );
}

function Decided({ replay, enrollmentId }: { replay: Replay; enrollmentId: string }) {
  if (replay.is_same === null) return <Chip tone="warn">{t(replay.history === "gone" ? "proofs.gone" : "proofs.unreachable")}</Chip>;
  return (
    <>
      <Chip tone={replay.is_same ? "good" : "bad"}>
        {replay.is_same ? t("proofs.same", { count: replay.steps }) : t("proofs.differs")}
      </Chip>
      {replay.forgotten > 0 && <p>{t("proofs.forgotten", { count: replay.forgotten })}</p>}
      <a href={exported(replay, enrollmentId)} download={`${enrollmentId}.history.json`}>
        <FileCheck2 size={13} aria-hidden="true" />
        {t("proofs.export")}
      </a>
      {[...(replay.fault === null ? [] : [replay.fault]), ...replay.differences].map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </>
  );
}

function save(proof: Blob, enrollment: string): void {
  const link = globalThis.document.createElement("a");
  link.href = URL.createObjectURL(proof);
  link.download = `${enrollment}.proof.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** The stored histories as a file, in the shape that `waitline audit replay --export` writes. */
function exported({ histories }: Replay, enrollment: string): string {
  return `data:application/json;charset=utf-8,${encodeURIComponent(JSON.stringify({ enrollment, histories }, null, 1))}`;
}
