/** The cards beside a timeline: open waits, consents, browsers, journeys. */
import { Bell, BellOff, Check, CircleSlash2, ListPlus, MonitorSmartphone, Route } from "lucide-react";
import { type ReactNode, useId } from "react";
import { Link } from "react-router";

import type { Consent, Enrollment, PushSubscription, Tone, WaitlistEntry } from "../client/types";
import { channelIcon, channelName } from "../nodes/channels";
import { Chip } from "../shell/Chip";
import { Moment } from "../shell/Moment";
import { dateWords, exactWords } from "../texts/times";
import { nameOf, t } from "../texts/texts";
import { ActButton } from "../why/ActButton";
import { closeWait } from "../why/acts";
import styles from "./ProfileCards.module.css";

type Zone = string | null | undefined;

const WAIT_TONES: Readonly<Record<WaitlistEntry["state"], Tone | "accent">> = {
  pending: "accent",
  sent: "good",
  purchased: "good",
  failed: "bad",
  expired: "neutral",
  unsubscribed: "neutral",
  held_out: "neutral",
};

export function Waits({ entries, zone }: { entries: readonly WaitlistEntry[]; zone: Zone }) {
  return (
    <Card title={t("profile.waits")} whenEmpty={t("profile.noWaits")} count={entries.length}>
      {entries.map((entry) => (
        <li key={entry.id}>
          <ListPlus size={16} aria-hidden="true" />
          <div>
            <strong>{entry.variant.title}</strong>
            <span>
              <span className="mono">{entry.variant.sku}</span> · {nameOf("source", entry.source)}
            </span>
            <span>{waitDates(entry, zone)}</span>
            {entry.state === "pending" && (
              <ActButton label={t("acts.close")} detail={t("acts.closeDetail")} onAct={(reason) => closeWait(entry.id, reason)} />
            )}
          </div>
          <Chip tone={WAIT_TONES[entry.state]} dot={entry.state === "pending" ? "lit" : "still"}>
            {nameOf("wait_state", entry.state)}
          </Chip>
        </li>
      ))}
    </Card>
  );
}

function waitDates(entry: WaitlistEntry, zone: Zone): ReactNode {
  if (entry.notified_at !== null) {
    return (
      <Moment at={entry.notified_at} zone={zone}>
        {t("profile.notified", { date: dateWords(entry.notified_at) })}
      </Moment>
    );
  }
  if (entry.reason !== null) return nameOf("reason", entry.reason);
  if (entry.expires_at === null) return t("profile.neverExpires");
  return (
    <Moment at={entry.expires_at} zone={zone}>
      {t("profile.until", { date: dateWords(entry.expires_at) })}
    </Moment>
  );
}

export function Consents({ consents, zone }: { consents: readonly Consent[]; zone: Zone }) {
  return (
    <Card title={t("profile.consents")} whenEmpty={t("profile.noConsents")} count={consents.length}>
      {consents.map((consent) => {
        const Icon = channelIcon(consent.channel);
        const isGranted = consent.state === "granted";
        return (
          <li key={`${consent.channel}:${consent.topic ?? ""}`}>
            <Icon size={16} aria-hidden="true" />
            <div>
              <strong>{channelName(consent.channel)}</strong>
              <span>
                {consent.topic != null && `${nameOf("topic", consent.topic)} · `}
                <Moment at={consent.at} zone={zone}>
                  {dateWords(consent.at)}
                </Moment>
              </span>
            </div>
            <Chip tone={isGranted ? "good" : "bad"} icon={isGranted ? Check : CircleSlash2}>
              {t(isGranted ? "profile.granted" : "profile.revoked")}
            </Chip>
          </li>
        );
      })}
    </Card>
  );
}

export function Devices({ subscriptions, zone }: { subscriptions: readonly PushSubscription[]; zone: Zone }) {
  return (
    <Card title={t("profile.devices")} whenEmpty={t("profile.noDevices")} count={subscriptions.length}>
      {subscriptions.map((device) => (
        <li key={device.id}>
          <MonitorSmartphone size={16} aria-hidden="true" />
          <div>
            <strong>{device.browser ?? t("profile.browser")}</strong>
            <span>
              {device.service} ·{" "}
              <Moment at={device.created_at} zone={zone}>
                {dateWords(device.created_at)}
              </Moment>
            </span>
          </div>
          {device.ended_at == null ? (
            <Chip tone="good" icon={Bell}>
              {t("profile.reachable")}
            </Chip>
          ) : (
            <Chip icon={BellOff}>{device.end_reason == null ? t("profile.ended") : nameOf("reason", device.end_reason)}</Chip>
          )}
        </li>
      ))}
    </Card>
  );
}

export function Enrollments({ enrollments, zone }: { enrollments: readonly Enrollment[]; zone: Zone }) {
  return (
    <Card title={t("profile.enrollments")} whenEmpty={t("profile.noEnrollments")} count={enrollments.length}>
      {enrollments.map(({ id, journey, version, status, node, until, entered_at, exit_reason }) => (
        <li key={id}>
          <Route size={16} aria-hidden="true" />
          <div>
            <Link to={enrollmentAddress(journey.id, version, node)}>{journey.name}</Link>
            <span>
              {t("versions.number", { number: version })} ·{" "}
              <Moment at={entered_at} zone={zone}>
                {dateWords(entered_at)}
              </Moment>
            </span>
            <Link to={`/enrollments/${encodeURIComponent(id)}`}>{t("passage.steps")}</Link>
          </div>
          {status === "active" ? (
            <Chip tone="accent" dot="lit" title={until === null ? undefined : t("profile.goesOn", { at: exactWords(until) })}>
              {t("profile.inside")}
            </Chip>
          ) : (
            <Chip>{nameOf("exit_reason", exit_reason ?? "completed")}</Chip>
          )}
        </li>
      ))}
    </Card>
  );
}

function enrollmentAddress(journeyId: string, version: number, node: string | null): string {
  const query = new URLSearchParams({ version: String(version), ...(node !== null && { node }) });
  return `/journeys/${encodeURIComponent(journeyId)}?${query.toString()}`;
}

function Card(props: { title: string; whenEmpty: string; count: number; children: ReactNode }) {
  const titleId = useId();
  return (
    <section className={styles.card} aria-labelledby={titleId}>
      <h2 id={titleId}>
        {props.title}
        {props.count > 0 && <span className="numbers">{props.count}</span>}
      </h2>
      {props.count === 0 ? <p>{props.whenEmpty}</p> : <ul>{props.children}</ul>}
    </section>
  );
}
