/** The Authorization entry of the headers editor's text, which is JSON and may carry comments. */

import { applyEdits, modify, parse, type ParseError } from "jsonc-parser";

const NAME = "Authorization";
const LAYOUT = { formattingOptions: { insertSpaces: true, tabSize: 2, eol: "\n" } };

function entries(text: string): Record<string, unknown> | null {
  if (text.trim() === "") return {};
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const usable = errors.length === 0 && typeof value === "object" && value !== null && !Array.isArray(value);
  return usable ? (value as Record<string, unknown>) : null;
}

/** The value under any spelling of the header's name; null where there is none. */
export function readAuthorization(headers: Record<string, unknown> | null | undefined): string | null {
  const found = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === NAME.toLowerCase());
  return typeof found?.[1] === "string" && found[1] !== "" ? found[1] : null;
}

export function authorizationIn(text: string): string | null {
  return readAuthorization(entries(text));
}

/** Put the header in, or take it out with null, and keep every other header. Text that is no JSON object gives way. */
export function withAuthorization(text: string, authorization: string | null): string {
  const held = entries(text);
  if (held === null || Object.keys(held).length === 0) {
    return authorization === null ? "" : JSON.stringify({ [NAME]: authorization }, null, 2);
  }
  const stale = Object.keys(held).filter((name) => name !== NAME && name.toLowerCase() === NAME.toLowerCase());
  const removed = stale.reduce((kept, name) => applyEdits(kept, modify(kept, [name], undefined, LAYOUT)), text);
  return applyEdits(removed, modify(removed, [NAME], authorization ?? undefined, LAYOUT));
}
