/** The shapes that the API answers with, named for the UI and read off the routes, so that they follow the generated schema. */
import type { paths } from "./schema";

type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;

export type Session = Answer<"/v1/session">;

export type JourneyRow = Answer<"/v1/journeys">["items"][number];
export type Journey = Answer<"/v1/journeys/{journey_id}">;
export type JourneyCounts = Answer<"/v1/journeys/{journey_id}/counts">;
export type NodeCounts = JourneyCounts["nodes"][string];
export type JourneyStatus = JourneyRow["status"];
/** The channels that Waitline itself brings; plugins bring more. */
export type BuiltInChannel = "web_push" | "mobile_push" | "email" | "sms" | "webhook";
export type Channel = JourneyRow["channels"][number];

export type ProfileRow = Answer<"/v1/profiles">["items"][number];
export type Profile = Answer<"/v1/profiles/{profile_id}">;
export type Consent = Profile["consents"][number];
export type PushSubscription = Profile["push_subscriptions"][number];
export type WaitlistEntry = Profile["waitlist"][number];
export type Enrollment = Profile["enrollments"][number];

export type TimelinePage = Answer<"/v1/profiles/{profile_id}/timeline">;
export type TimelineItem = TimelinePage["items"][number];
export type TimelineKind = TimelineItem["kind"];
export type Tone = TimelineItem["tone"];

export type Occasion = Answer<"/v1/profiles/{profile_id}/occasions">["items"][number];
export type Why = Answer<"/v1/profiles/{profile_id}/why">;
export type Passage = Answer<"/v1/enrollments/{enrollment_id}">;
export type PassageStep = Passage["trail"][number];

export type InboxItem = Answer<"/v1/inbox">["items"][number];

export type Vocabulary = Answer<"/v1/vocabulary">;
export type NodeTypeItem = Answer<"/v1/node-types">["items"][number];
export type ChannelTypeItem = Answer<"/v1/node-types">["channels"][number];
export type Template = Answer<"/v1/templates">["items"][number];
export type Draft = Answer<"/v1/journeys/{journey_id}/draft">;
export type Readiness = Answer<"/v1/journeys/{journey_id}/readiness">;
export type ReadinessItem = Readiness["items"][number];
export type Difference = Answer<"/v1/journeys/{journey_id}/changes">["changes"][number];
export type EnrollmentPlace = Answer<"/v1/journeys/{journey_id}/enrollments">["items"][number];
export type KillSwitch = Answer<"/v1/workspace/kill-switch">;

type Posted<Path extends keyof paths> = paths[Path] extends {
  post: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;

/** One thing that the engine finds wrong with a draft. */
export type ProblemItem = Posted<"/v1/journeys/validate">["problems"][number];
/** The same for a draft that is written as code, with the line. */
export type CodeProblem = Posted<"/v1/journeys/parse">["problems"][number];
export type Impact = Posted<"/v1/journeys/{journey_id}/impact">;
export type Trial = Posted<"/v1/journeys/simulate">;
