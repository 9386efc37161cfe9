/** The caught messages, newest first. */
import type { InboxItem } from "../client/types";
import { channelIcon } from "../nodes/channels";
import { Moment } from "../shell/Moment";
import { t } from "../texts/texts";
import styles from "./InboxPage.module.css";

interface Props {
  items: readonly InboxItem[];
  open: string | null;
  onOpen: (id: string) => void;
}

export function MessageList({ items, open, onOpen }: Props) {
  return (
    <ul className={styles.list}>
      {items.map((item) => {
        const Icon = channelIcon(item.channel);
        return (
          <li key={item.id}>
            <button type="button" aria-current={item.id === open || undefined} onClick={() => onOpen(item.id)}>
              <Icon size={16} strokeWidth={1.8} aria-hidden="true" />
              <span className={styles.line}>
                <b>{item.to}</b>
                <Moment at={item.received_at} />
              </span>
              <span className={styles.subject}>{item.subject ?? item.text ?? t("inbox.noSubject")}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
