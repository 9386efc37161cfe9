/** How code looks: the page's own colours, which a shadow tree inherits as properties. */
import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export const LOOK = EditorView.theme({
  "&": { height: "100%", fontSize: "0.78125rem", color: "var(--ink)", backgroundColor: "var(--surface)" },
  "&.cm-focused": { outline: "none" },
  // above the gutter, which would cover the left side of an outline
  "&.cm-focused::after": { content: '""', position: "absolute", inset: "0", zIndex: "400", boxShadow: "inset 0 0 0 2px var(--accent-lit)", pointerEvents: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-content": { caretColor: "var(--ink)", padding: "10px 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { color: "var(--ink-dim)", backgroundColor: "var(--surface)", border: "0" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--accent-soft)",
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-soft)" },
  ".cm-tooltip": { color: "var(--ink)", backgroundColor: "var(--raised)", border: "1px solid var(--line-strong)" },
  ".cm-diagnostic": { maxWidth: "44ch", fontFamily: "var(--mantine-font-family)" },
});

export const INK = HighlightStyle.define([
  { tag: [tags.comment, tags.lineComment], color: "var(--ink-dim)", fontStyle: "italic" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--time)" },
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--choice)" },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: "var(--choice)" },
]);
