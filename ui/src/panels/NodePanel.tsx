/** One node looked at: its words, its numbers, why people dropped out, where its ways lead, what it sends. */
import { ActionIcon } from "@mantine/core";
import { ArrowRight, X } from "lucide-react";

import type { ShowPeople } from "../canvas/actions";
import type { JourneyCounts } from "../client/types";
import { type JourneyDocument, type JourneyNode, nodeById } from "../document/journey";
import type { Outlet } from "../nodes/face";
import { lookOf } from "../nodes/registry";
import { nameOf, t } from "../texts/texts";
import { AskNumber } from "./AskNumber";
import { MessagePreview } from "./MessagePreview";
import { NodeNumbers } from "./NodeNumbers";
import styles from "./panels.module.css";
import { ShareBars } from "./ShareBars";

interface Props {
  document: JourneyDocument;
  node: JourneyNode;
  counts: JourneyCounts | undefined;
  onSelect: (nodeId: string | null) => void;
  onAsk: ShowPeople;
}

export function NodePanel({ document, node, counts, onSelect, onAsk }: Props) {
  const look = lookOf(node, document.messages);
  const numbers = counts?.nodes[node.id];
  const content = node.type === "message" ? document.messages[node.message] : undefined;
  const Icon = look.icon;
  return (
    <div className={styles.panel}>
      <header className={styles.head}>
        <Icon size={18} strokeWidth={1.9} aria-hidden="true" />
        <h2>{look.title}</h2>
        <ActionIcon variant="subtle" color="gray" aria-label={t("panel.close")} onClick={() => onSelect(null)}>
          <X size={16} aria-hidden="true" />
        </ActionIcon>
        <p>{look.summary}</p>
      </header>
      <NodeNumbers
        names={look.counts}
        numbers={numbers}
        isPending={counts === undefined}
        isLast={look.outlets.length === 0}
        onAsk={(did) => onAsk({ node: node.id, did })}
      />
      {look.counts.includes("dropped") && (
        <section>
          <h3>{t("panel.dropped")}</h3>
          <ShareBars
            counts={numbers?.dropped ?? {}}
            name={(reason) => nameOf("reason", reason)}
            whenEmpty={t("panel.nobodyDropped")}
            tone="bad"
            onAsk={(reason) => onAsk({ node: node.id, did: "dropped", reason })}
          />
        </section>
      )}
      {look.outlets.length > 0 && <Ways document={document} node={node} counts={counts} onSelect={onSelect} onAsk={onAsk} />}
      {content !== undefined && (
        <section>
          <h3>{t("panel.message")}</h3>
          <MessagePreview content={content} />
        </section>
      )}
      <footer className={styles.foot}>
        {t(`panel.nodeId`)} <span className="mono">{node.id}</span>
      </footer>
    </div>
  );
}

/** Every outlet with the node that it leads to and how many took it. */
function Ways({ document, node, counts, onSelect, onAsk }: Props) {
  const look = lookOf(node, document.messages);
  return (
    <section>
      <h3>{t("panel.ways")}</h3>
      <ul className={styles.ways}>
        {look.outlets.map((outlet) => {
          const edge = document.graph.edges.find((one) => one.source === node.id && one.outlet === outlet.id);
          const target = edge && nodeById(document.graph, edge.target);
          const count = counts?.edges.find((one) => one.source === node.id && one.outlet === outlet.id)?.count ?? 0;
          return (
            <li key={outlet.id}>
              <span className={styles.outlet}>{outlet.label}</span>
              <ArrowRight size={13} aria-hidden="true" />
              {target === undefined ? (
                <span className={styles.open}>{openWords(outlet)}</span>
              ) : (
                <button type="button" onClick={() => onSelect(target.id)}>
                  {lookOf(target, document.messages).title}
                </button>
              )}
              {target !== undefined && <b className="numbers"><AskNumber count={count} what={outlet.label} onAsk={() => onAsk({ node: node.id, did: "passed", outlet: outlet.id })} /></b>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function openWords({ fallback, isEnd }: Outlet): string {
  if (isEnd === true) return t("panel.ends");
  return fallback === undefined ? t("panel.openEnd") : t("panel.fallback", { outlet: nameOf("outlet", fallback) });
}
