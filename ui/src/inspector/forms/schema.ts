/** A JSON Schema of settings as the fields of a form: the plain kinds each have a control, all else is written as JSON. */

export type FieldKind = "text" | "longText" | "number" | "integer" | "boolean" | "choice" | "duration" | "texts" | "json";

export interface SchemaField {
  name: string;
  label: string;
  hint: string | undefined;
  kind: FieldKind;
  choices: readonly string[];
  isRequired: boolean;
  min: number | undefined;
  max: number | undefined;
}

export interface Schema {
  readonly [keyword: string]: unknown;
}

/** Fields that every node has; the inspector shows them itself. */
const EVERYWHERE = new Set(["id", "type", "title", "max_visits"]);
const LONG_TEXT = 200;

export function fieldsOf(schema: Schema): readonly SchemaField[] {
  const required = new Set((schema["required"] as readonly string[] | undefined) ?? []);
  return Object.entries((schema["properties"] ?? {}) as Readonly<Record<string, Schema>>)
    .filter(([name]) => !EVERYWHERE.has(name))
    .map(([name, given]) => fieldOf(name, given, schema, required.has(name)));
}

function fieldOf(name: string, given: Schema, root: Schema, isRequired: boolean): SchemaField {
  const plain = resolved(given, root);
  const kind = kindOf(plain, root);
  const hint = given["description"] ?? plain["description"];
  return {
    name,
    label: String(given["title"] ?? plain["title"] ?? words(name)),
    hint: typeof hint === "string" ? hint : undefined,
    kind,
    choices: ((plain["enum"] as readonly unknown[] | undefined) ?? []).map(String),
    isRequired,
    min: bound(plain, "minimum", "exclusiveMinimum"),
    max: bound(plain, "maximum", "exclusiveMaximum"),
  };
}

/** Without references, and without the null of what may be left out. */
function resolved(schema: Schema, root: Schema): Schema {
  const reference = schema["$ref"];
  if (typeof reference === "string") {
    const name = reference.replace(/^#\/\$defs\//, "");
    return resolved((root["$defs"] as Readonly<Record<string, Schema>> | undefined)?.[name] ?? {}, root);
  }
  const [only, ...others] = ((schema["anyOf"] as readonly Schema[] | undefined) ?? []).filter(({ type }) => type !== "null");
  return only !== undefined && others.length === 0 ? resolved(only, root) : schema;
}

function kindOf(schema: Schema, root: Schema): FieldKind {
  if (Array.isArray(schema["enum"])) return "choice";
  switch (schema["type"]) {
    case "string":
      if (schema["format"] === "duration") return "duration";
      return Number(schema["maxLength"] ?? 0) > LONG_TEXT ? "longText" : "text";
    case "number":
      return "number";
    case "integer":
      return "integer";
    case "boolean":
      return "boolean";
    case "array":
      return kindOf(resolved((schema["items"] ?? {}) as Schema, root), root) === "text" ? "texts" : "json";
    default:
      return "json";
  }
}

function bound(schema: Schema, ...keywords: string[]): number | undefined {
  return keywords.map((keyword) => schema[keyword]).find((value) => typeof value === "number");
}

function words(name: string): string {
  const spaced = name.replaceAll("_", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
