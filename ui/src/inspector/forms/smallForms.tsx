/** The forms of the node types that need a field or two. */
import { Autocomplete, NativeSelect, NumberInput, Select, TagsInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";

import { journeysQuery } from "../../journeys/queries";
import { nameOf, t } from "../../texts/texts";
import { type FormProps, useFieldProblem } from "../form";
import { useVocabulary } from "../vocabulary";
import { AttributeRows } from "./AttributeRows";

export function HoldoutForm({ node, change }: FormProps<"holdout">) {
  const problem = useFieldProblem();
  return (
    <NumberInput
      label={t("form.holdout.share")}
      description={t("form.holdout.hint")}
      value={node.share}
      min={0}
      max={100}
      decimalScale={2}
      suffix=" %"
      error={problem("share")}
      onChange={(share) => change({ share: Number(share) || 0 }, "share")}
    />
  );
}

export function UpdateProfileForm({ node, change }: FormProps<"update_profile">) {
  const { attributes } = useVocabulary();
  const problem = useFieldProblem();
  return (
    <>
      <AttributeRows label={t("form.update.set")} error={problem("set")} values={node.set ?? {}} onChange={(set) => change({ set }, "set")} />
      <TagsInput
        label={t("form.update.remove")}
        value={[...(node.remove ?? [])]}
        data={attributes.map(({ name }) => name)}
        error={problem("remove")}
        onChange={(remove) => change({ remove }, "remove")}
      />
    </>
  );
}

const SOURCES = ["explicit", "wishlist", "favorite", "view", "cart", "purchase"];
const STATES = ["expired", "unsubscribed", "purchased"];

export function WaitlistForm({ node, change }: FormProps<"waitlist">) {
  const isAdding = node.change === "add";
  return (
    <>
      <NativeSelect
        label={t("form.waitlist.change")}
        value={node.change}
        data={[
          { value: "add", label: t("node.waitlist.add") },
          { value: "remove", label: t("node.waitlist.remove") },
        ]}
        onChange={(event) => change({ change: event.currentTarget.value === "add" ? "add" : "remove" }, "change")}
      />
      <TextInput
        label={t("form.waitlist.variant")}
        description={t("form.waitlist.variantHint")}
        value={node.variant ?? ""}
        onChange={(event) => change({ variant: event.currentTarget.value || null }, "variant")}
      />
      <NativeSelect
        label={t(isAdding ? "form.waitlist.source" : "form.waitlist.state")}
        value={isAdding ? (node.source ?? "view") : (node.state ?? "expired")}
        data={(isAdding ? SOURCES : STATES).map((one) => ({ value: one, label: nameOf(isAdding ? "source" : "wait_state", one) }))}
        onChange={(event) => change(isAdding ? { source: event.currentTarget.value } : { state: event.currentTarget.value }, "how")}
      />
    </>
  );
}

export function StartJourneyForm({ node, change }: FormProps<"start_journey">) {
  const { journeyId } = useParams();
  const journeys = useQuery(journeysQuery);
  const problem = useFieldProblem();
  const others = (journeys.data?.items ?? []).filter(({ id }) => id !== journeyId);
  return (
    <Select
      label={t("form.start.journey")}
      placeholder={t("form.start.choose")}
      value={node.journey || null}
      data={others.map(({ id, name }) => ({ value: id, label: name }))}
      error={problem("journey")}
      searchable
      nothingFoundMessage={t("form.start.none")}
      onChange={(journey) => change({ journey: journey ?? "" }, "journey")}
    />
  );
}

export function GoalForm({ node, change }: FormProps<"goal">) {
  const problem = useFieldProblem();
  return (
    <TextInput
      label={t("form.goal.name")}
      description={t("form.goal.hint")}
      value={node.goal}
      error={problem("goal")}
      onChange={(event) => change({ goal: codeOf(event.currentTarget.value) }, "goal")}
    />
  );
}

const USUAL_REASONS = ["completed", "sold_out", "not_interested", "purchased"];

export function ExitForm({ node, change }: FormProps<"exit">) {
  const problem = useFieldProblem();
  return (
    <Autocomplete
      label={t("form.exit.reason")}
      description={t("form.exit.hint")}
      value={node.reason ?? "completed"}
      data={USUAL_REASONS}
      error={problem("reason")}
      onChange={(reason) => change({ reason: codeOf(reason) }, "reason")}
    />
  );
}

/** Words as a code: reports and conditions name it. */
function codeOf(words: string): string {
  return words.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").replace(/^[^a-z]+/, "");
}
