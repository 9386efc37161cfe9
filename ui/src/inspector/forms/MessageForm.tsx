/** What is sent: the words at a glance, and the way into the composer. */
import { Button, NativeSelect } from "@mantine/core";
import { PenLine } from "lucide-react";
import { useState } from "react";

import { Composer } from "../../composer/Composer";
import { partsOf } from "../../document/message";
import { MessagePreview } from "../../panels/MessagePreview";
import { t } from "../../texts/texts";
import { type FormProps, useFieldProblem } from "../form";
import styles from "../Inspector.module.css";

export function MessageForm({ node, document, change }: FormProps<"message">) {
  const [isOpen, setIsOpen] = useState(false);
  const problem = useFieldProblem();
  const content = document.messages[node.message];
  const fitting = Object.entries(document.messages).filter(([, message]) => message["channel"] === node.channel);
  const error = problem("message") ?? problem("channel");
  return (
    <>
      {fitting.length > 1 && (
        <NativeSelect
          label={t("form.message.which")}
          value={node.message}
          data={fitting.map(([name]) => name)}
          onChange={(event) => change({ message: event.currentTarget.value }, "message")}
        />
      )}
      {content !== undefined && partsOf(content).length > 0 && <MessagePreview content={content} />}
      {error !== undefined && (
        <p className={styles.problem} role="alert">
          {error}
        </p>
      )}
      <Button leftSection={<PenLine size={15} aria-hidden="true" />} onClick={() => setIsOpen(true)} variant="light">
        {t("form.message.compose")}
      </Button>
      {isOpen && <Composer name={node.message} channel={node.channel} onClose={() => setIsOpen(false)} />}
    </>
  );
}
