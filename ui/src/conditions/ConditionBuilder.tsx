/** A condition as cards that are put together: all or any of them, groups in groups. Written as the engine's JSON. */
import { ActionIcon, Button, Menu, SegmentedControl } from "@mantine/core";
import { Plus, X } from "lucide-react";
import type { ReactNode } from "react";

import { asGroup, type Condition, fromGroup, type GroupClause, type GroupKind, isGroup, type Scope } from "../document/conditions";
import { t } from "../texts/texts";
import styles from "./ConditionBuilder.module.css";
import { ClauseFields } from "./ClauseFields";
import { CLAUSE_ICONS, type ClauseKind, CLAUSES, freshClause } from "./clauses";

interface Props {
  label: string;
  scope: Scope;
  /** The event that a where-clause is about. */
  event?: string | undefined;
  value: Condition | null | undefined;
  onChange: (condition: Condition | null) => void;
  /** Below the cards: how many people match. */
  foot?: ReactNode;
}

export function ConditionBuilder({ label, scope, event, value, onChange, foot }: Props) {
  return (
    <div className={styles.builder} role="group" aria-label={label}>
      <GroupFields scope={scope} event={event} group={asGroup(value)} onChange={(group) => onChange(fromGroup(group))} depth={0} />
      {foot}
    </div>
  );
}

interface GroupProps {
  scope: Scope;
  event: string | undefined;
  group: GroupClause;
  onChange: (group: GroupClause) => void;
  depth: number;
}

const DEEPEST = 3;

function GroupFields({ scope, event, group, onChange, depth }: GroupProps) {
  const put = (index: number, clause: Condition | null) =>
    onChange({ ...group, of: clause === null ? group.of.toSpliced(index, 1) : group.of.with(index, clause) });
  return (
    <>
      {group.of.length > 1 && (
        <SegmentedControl
          size="xs"
          value={group.kind}
          onChange={(kind) => onChange({ ...group, kind: kind as GroupKind })}
          data={[
            { value: "all", label: t("condition.all") },
            { value: "any", label: t("condition.any") },
          ]}
          aria-label={t("condition.combine")}
        />
      )}
      {group.of.map((clause, index) => (
        // A clause has no name but its place.
        // oxlint-disable-next-line react/no-array-index-key
        <ClauseCard key={index} scope={scope} event={event} clause={clause} depth={depth} onChange={(next) => put(index, next)} />
      ))}
      <AddClause scope={scope} isDeepest={depth + 1 >= DEEPEST} onAdd={(kind) => onChange({ ...group, of: [...group.of, freshClause(kind)] })} />
    </>
  );
}

interface CardProps {
  scope: Scope;
  event: string | undefined;
  clause: Condition;
  depth: number;
  onChange: (clause: Condition | null) => void;
}

function ClauseCard({ scope, event, clause, depth, onChange }: CardProps) {
  const isNot = clause.kind === "not";
  const inner = isNot ? clause.of : clause;
  const write = (next: Condition) => onChange(isNot ? { kind: "not", of: next } : next);
  const kind = kindOf(inner);
  const Icon = CLAUSE_ICONS[kind];
  return (
    <div className={styles.clause} data-group={kind === "group" || undefined}>
      <header>
        <Icon size={14} aria-hidden="true" />
        <span>{t(`condition.kind.${kind}`)}</span>
        <button
          type="button"
          className={styles.not}
          aria-pressed={isNot}
          title={t("condition.notTitle")}
          onClick={() => onChange(isNot ? inner : { kind: "not", of: inner })}
        >
          {t("condition.not")}
        </button>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t("condition.remove")} onClick={() => onChange(null)}>
          <X size={14} aria-hidden="true" />
        </ActionIcon>
      </header>
      <Inside scope={scope} event={event} clause={inner} depth={depth + 1} onChange={(next) => (next === null ? onChange(null) : write(next))} />
    </div>
  );
}

/** What is inside the card: a group again, or the fields of one clause. */
function Inside({ scope, event, clause, depth, onChange }: CardProps) {
  if (clause.kind === "not") return <ClauseCard scope={scope} event={event} clause={clause} depth={depth} onChange={onChange} />;
  if (isGroup(clause)) return <GroupFields scope={scope} event={event} group={clause} depth={depth} onChange={onChange} />;
  return <ClauseFields scope={scope} event={event} clause={clause} onChange={onChange} />;
}

function kindOf(clause: Condition): ClauseKind {
  return isGroup(clause) || clause.kind === "not" ? "group" : clause.kind;
}

function AddClause({ scope, isDeepest, onAdd }: { scope: Scope; isDeepest: boolean; onAdd: (kind: ClauseKind) => void }) {
  const kinds = CLAUSES[scope].filter((kind) => !isDeepest || kind !== "group");
  return (
    <Menu position="bottom-start" width={244}>
      <Menu.Target>
        <Button variant="default" size="xs" leftSection={<Plus size={14} aria-hidden="true" />} className={styles.add ?? ""}>
          {t("condition.add")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {kinds.map((kind) => {
          const Icon = CLAUSE_ICONS[kind];
          return (
            <Menu.Item key={kind} leftSection={<Icon size={14} aria-hidden="true" />} onClick={() => onAdd(kind)}>
              {t(`condition.kind.${kind}`)}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
