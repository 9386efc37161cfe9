/** A condition as cards that are put together: all or any of them, groups in groups. Written as the engine's JSON. */
import { ActionIcon, Button, Menu, SegmentedControl } from "@mantine/core";
import { type LucideIcon, Plus, X } from "lucide-react";
import type { ReactNode } from "react";

import { asGroup, type Condition, fromGroup, type GroupClause, type GroupKind, type HasOccurredClause, isGroup, type Scope } from "../document/conditions";
import { useVocabulary } from "../inspector/vocabulary";
import { t } from "../texts/texts";
import styles from "./ConditionBuilder.module.css";
import { ClauseFields } from "./ClauseFields";
import { CLAUSE_ICONS, type ClauseKind, CLAUSES, freshClause } from "./clauses";
import { FilterFields } from "./FilterFields";
import { FILTER_ICONS, filterOf, freshFilter } from "./filters";

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
      <AddClause scope={scope} isDeepest={depth + 1 >= DEEPEST} onAdd={(clause) => onChange({ ...group, of: [...group.of, clause] })} />
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
  const { filters } = useVocabulary();
  const isNot = clause.kind === "not";
  const inner = isNot ? clause.of : clause;
  const write = (next: Condition) => onChange(isNot ? { kind: "not", of: next } : next);
  const turn = (turned: boolean) => onChange(turned ? { kind: "not", of: inner } : inner);
  const kind = kindOf(inner);
  const filter = filterOf(inner, filters);
  const Icon = filter === undefined ? CLAUSE_ICONS[kind] : FILTER_ICONS[filter.id];
  const title = filter === undefined ? t(`condition.kind.${kind}`) : t(`condition.filter.${filter.id}`);
  return (
    <div className={styles.clause} data-group={kind === "group" || undefined} role="group" aria-label={title}>
      <header>
        <Icon size={14} aria-hidden="true" />
        <span>{title}</span>
        {filter === undefined && (
          <button type="button" className={styles.not} aria-pressed={isNot} title={t("condition.notTitle")} onClick={() => turn(!isNot)}>
            {t("condition.not")}
          </button>
        )}
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t("condition.remove")} onClick={() => onChange(null)}>
          <X size={14} aria-hidden="true" />
        </ActionIcon>
      </header>
      {filter === undefined ? (
        <Inside scope={scope} event={event} clause={inner} depth={depth + 1} onChange={(next) => (next === null ? onChange(null) : write(next))} />
      ) : (
        <FilterFields filter={filter} clause={inner as HasOccurredClause} isExcluded={isNot} onExclude={turn} onChange={write} />
      )}
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

interface AddProps {
  scope: Scope;
  isDeepest: boolean;
  onAdd: (clause: Condition) => void;
}

function AddClause({ scope, isDeepest, onAdd }: AddProps) {
  const { filters } = useVocabulary();
  const kinds = CLAUSES[scope].filter((kind) => !isDeepest || kind !== "group");
  return (
    <Menu position="bottom-start" width={244}>
      <Menu.Target>
        <Button variant="default" size="xs" leftSection={<Plus size={14} aria-hidden="true" />} className={styles.add ?? ""}>
          {t("condition.add")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {scope === "profile" && filters.length > 0 && (
          <>
            <Menu.Label>{t("condition.readyMade")}</Menu.Label>
            {filters.map((filter) => (
              <Choice key={filter.id} icon={FILTER_ICONS[filter.id]} title={t(`condition.filter.${filter.id}`)} onChoose={() => onAdd(freshFilter(filter))} />
            ))}
            <Menu.Label>{t("condition.anything")}</Menu.Label>
          </>
        )}
        {kinds.map((kind) => (
          <Choice key={kind} icon={CLAUSE_ICONS[kind]} title={t(`condition.kind.${kind}`)} onChoose={() => onAdd(freshClause(kind))} />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Choice({ icon: Icon, title, onChoose }: { icon: LucideIcon; title: string; onChoose: () => void }) {
  return (
    <Menu.Item leftSection={<Icon size={14} aria-hidden="true" />} onClick={onChoose}>
      {title}
    </Menu.Item>
  );
}
