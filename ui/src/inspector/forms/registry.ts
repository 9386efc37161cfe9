/** The form of every node type: a new type is one form beside these and one line below. */
import type { ComponentType } from "react";

import type { NodeType } from "../../document/journey";
import type { FormProps } from "../form";
import { BranchForm } from "./BranchForm";
import { DelayForm } from "./DelayForm";
import { EntryForm } from "./EntryForm";
import { MessageForm } from "./MessageForm";
import { ExitForm, GoalForm, HoldoutForm, StartJourneyForm, UpdateProfileForm, WaitlistForm } from "./smallForms";
import { SplitForm } from "./SplitForm";
import { WaitUntilForm } from "./WaitUntilForm";

export const NODE_FORMS: { readonly [Type in NodeType]: ComponentType<FormProps<Type>> } = {
  entry: EntryForm,
  delay: DelayForm,
  wait_until: WaitUntilForm,
  branch: BranchForm,
  split: SplitForm,
  holdout: HoldoutForm,
  message: MessageForm,
  update_profile: UpdateProfileForm,
  waitlist: WaitlistForm,
  start_journey: StartJourneyForm,
  goal: GoalForm,
  exit: ExitForm,
};

/** The fields whose problems the form itself shows, where they are; the others stand above it. */
export const SHOWN_FIELDS: { readonly [Type in NodeType]: readonly string[] } = {
  entry: ["trigger.event", "trigger.segment"],
  delay: ["duration", "until_date.attribute"],
  wait_until: ["events.", "timeout"],
  branch: ["ways."],
  split: ["shares"],
  holdout: ["share"],
  message: ["message", "channel"],
  update_profile: ["set", "remove"],
  waitlist: [],
  start_journey: ["journey"],
  goal: ["goal"],
  exit: ["reason"],
};
