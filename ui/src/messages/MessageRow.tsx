/** One message of the list: the whole row opens it. */
import { Link } from "react-router";

import { ChannelIcons } from "../journeys/ChannelIcons";
import { Chip } from "../shell/Chip";
import { Moment } from "../shell/Moment";
import { nameOf, t } from "../texts/texts";
import styles from "./MessagesPage.module.css";
import { type MessageItem, toneOf } from "./types";

export function MessageRow({ message, onOpen }: { message: MessageItem; onOpen: () => void }) {
  const { profile, journey, variant, status, reason, kind } = message;
  return (
    <li className={styles.row}>
      <ChannelIcons channels={[message.channel]} />
      <div className={styles.about}>
        <button type="button" onClick={onOpen}>
          {variant?.title ?? journey?.name ?? nameOf("channel", message.channel)}
        </button>
        <span>
          {profile.id === "" ? (
            t("messages.nobody")
          ) : (
            <Link to={`/people/${encodeURIComponent(profile.id)}`}>{profile.name ?? t("messages.anonymous")}</Link>
          )}
          {journey !== null && variant !== null && ` · ${journey.name}`}
        </span>
      </div>
      <span className={styles.state}>
        <Chip tone={toneOf(status)}>{nameOf("message_status", status)}</Chip>
        {kind === "test" && <Chip>{t("messages.test")}</Chip>}
      </span>
      <span className={styles.reason}>{reason === null ? "" : nameOf("reason", reason)}</span>
      <span className={styles.when}>
        <Moment at={message.at} />
      </span>
    </li>
  );
}
