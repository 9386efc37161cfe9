/** Emoji that shops use, put in where the caret is; the keyboard of the computer has all others. */
import { ActionIcon, Popover, Tooltip } from "@mantine/core";
import { Smile } from "lucide-react";
import { useState } from "react";

import { t } from "../texts/texts";
import styles from "./TagPicker.module.css";

const EMOJI =
  "🎉 ✨ 🔥 ❤️ 😍 🥳 👀 🙌 🛍️ 🛒 📦 🚚 ⏰ ⏳ 🔔 📣 👗 👕 👖 👟 👠 🧥 🧢 🎒 💄 🕶️ ⌚ 💍 🎁 🏷️ 💯 ⭐ 🌟 🌈 🌿 🌸 ☀️ ❄️ 🌧️ 🏔️ 🏃 🧘 🚴 🎧 🎮 📚 🍫 ☕ 🥂 ✅".split(" ");

export function EmojiPicker({ label, onPick }: { label: string; onPick: (emoji: string) => void }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setIsOpen} position="bottom-end" trapFocus returnFocus shadow="md">
      <Popover.Target>
        <Tooltip label={t("composer.emoji")}>
          <ActionIcon variant="subtle" color="gray" aria-label={t("composer.emojiFor", { field: label })} onClick={() => setIsOpen(!isOpen)}>
            <Smile size={16} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={t("composer.emojiFor", { field: label })}>
        <div className={styles.emoji}>
          {EMOJI.map((emoji) => (
            <button
              key={emoji}
              type="button"
              onClick={() => {
                onPick(emoji);
                setIsOpen(false);
              }}
            >
              {emoji}
            </button>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
