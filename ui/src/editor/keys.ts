/** Which key press means which shortcut, and how a shortcut is shown. */

const MAC = /Mac|iPhone|iPad/;

export function isMac(): boolean {
  return MAC.test(globalThis.navigator.userAgent);
}

/** Whether the press is exactly this shortcut: no modifier less and none more. */
export function isShortcut(event: KeyboardEvent, shortcut: string): boolean {
  const { key, modifiers } = partsOf(shortcut);
  const isMod = isMac() ? event.metaKey : event.ctrlKey;
  return (
    event.key.toLowerCase() === key.toLowerCase() &&
    isMod === modifiers.has("mod") &&
    (event.shiftKey === modifiers.has("shift") || !/[a-z0-9]/i.test(key)) &&
    event.altKey === modifiers.has("alt")
  );
}

const SIGNS: Readonly<Record<string, string>> = { Delete: "⌫", Backspace: "⌫", Enter: "↵", Escape: "Esc" };

/** "⌘⇧Z" on a Mac, "Ctrl Shift Z" elsewhere. */
export function shortcutWords(shortcut: string): string {
  const { key, modifiers } = partsOf(shortcut);
  const names = isMac() ? { mod: "⌘", shift: "⇧", alt: "⌥" } : { mod: "Ctrl", shift: "Shift", alt: "Alt" };
  const held = (["mod", "alt", "shift"] as const).filter((one) => modifiers.has(one)).map((one) => names[one]);
  return [...held, SIGNS[key] ?? key.toUpperCase()].join(isMac() ? "" : " ");
}

function partsOf(shortcut: string): { key: string; modifiers: ReadonlySet<string> } {
  const isPlus = shortcut.endsWith("+");
  const parts = isPlus ? [...shortcut.slice(0, -1).split("+").filter(Boolean), "+"] : shortcut.split("+");
  return { key: parts.at(-1) ?? "", modifiers: new Set(parts.slice(0, -1)) };
}

/** Whether keys belong to what has the focus: a field that is typed into, a dialog, an open list. */
export function isTypedInto(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input, textarea, select, [contenteditable="true"], [data-typed-into], [role="dialog"], [role="listbox"], [role="menu"]') !== null
  );
}
