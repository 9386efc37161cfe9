/** One message, opened: why it was or was not sent, exactly what it said, and what became of it. */
import { Drawer, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";

import { Problem } from "../client/problem";
import { FactList } from "../people/FactList";
import { Chip } from "../shell/Chip";
import { Moment } from "../shell/Moment";
import { ProblemState } from "../shell/ProblemState";
import { exactWords } from "../texts/times";
import { nameOf, t } from "../texts/texts";
import styles from "./MessageDrawer.module.css";
import { messageQuery } from "./queries";
import { type MessageDetail, toneOf } from "./types";

export function MessageDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  return (
    <Drawer opened={id !== null} onClose={onClose} position="right" size="lg" title={t("messages.one")} padding="lg" lockScroll={false} closeButtonProps={{ "aria-label": t("dialog.close") }}>
      {id !== null && <Opened id={id} />}
    </Drawer>
  );
}

function Opened({ id }: { id: string }) {
  const message = useQuery(messageQuery(id));
  if (message.isPending) return <Skeleton height={240} radius="md" role="status" aria-label={t("state.loading")} />;
  if (message.isError) return <ProblemState problem={Problem.of(message.error)} onRetry={() => void message.refetch()} />;
  return <Message message={message.data} />;
}

function Message({ message }: { message: MessageDetail }) {
  const { rendering, history, verdict, status, reason, profile, journey, variant, enrollment_id } = message;
  return (
    <article className={styles.message}>
      <header>
        <p className={styles.state}>
          <Chip tone={toneOf(status)}>{nameOf("message_status", status)}</Chip>
          {reason !== null && <strong>{nameOf("reason", reason)}</strong>}
          <Moment at={message.at}>{exactWords(message.at)}</Moment>
        </p>
        <p className={styles.state}>
          {profile.id !== "" && <Link to={`/people/${encodeURIComponent(profile.id)}`}>{profile.name ?? t("messages.anonymous")}</Link>}
          {journey !== null && (
            <Link to={enrollment_id === null ? `/journeys/${encodeURIComponent(journey.id)}` : `/enrollments/${encodeURIComponent(enrollment_id)}`}>
              {journey.name}
            </Link>
          )}
          {variant !== null && <span>{variant.title}</span>}
        </p>
      </header>
      <section aria-label={t("messages.said")}>
        <h3>{t("messages.said")}</h3>
        {rendering === null ? <p>{t("messages.unsaid")}</p> : <Said message={message} />}
      </section>
      <section aria-label={t("messages.history")}>
        <h3>{t("messages.history")}</h3>
        <ol className={styles.history}>
          {history.map((step) => (
            <li key={`${step.state} ${step.at}`}>
              <Chip tone={toneOf(step.state)}>{nameOf("message_status", step.state)}</Chip>
              <span>{step.reason === null ? "" : nameOf("reason", step.reason)}</span>
              <Moment at={step.at}>{exactWords(step.at)}</Moment>
            </li>
          ))}
        </ol>
      </section>
      <section aria-label={t("messages.verdict")}>
        <h3>{t("messages.verdict")}</h3>
        <p>{t("messages.verdictDetail")}</p>
        <FactList facts={verdict} />
      </section>
    </article>
  );
}

/** The words as they were sent. An e-mail's HTML is a page of its own, shut off from everything else. */
function Said({ message }: { message: MessageDetail }) {
  const rendering = message.rendering ?? {};
  if (message.channel === "email") {
    const address = `/v1/messages/${encodeURIComponent(message.id)}/html`;
    const subject = String(rendering["subject"] ?? "");
    return (
      <>
        <p className={styles.subject}>{subject}</p>
        <iframe className={styles.letter} sandbox="" src={address} title={subject} />
      </>
    );
  }
  const { title, body, text } = rendering;
  const links = Array.isArray(rendering["links"]) ? rendering["links"] : [];
  return (
    <div className={styles.words}>
      {typeof title === "string" && <strong>{title}</strong>}
      {[body, text].map((words) => typeof words === "string" && words !== "" && <p key={words}>{words}</p>)}
      {links.map((link: { target: string; url: string }) => (
        <code key={link.target}>{link.url}</code>
      ))}
    </div>
  );
}
