/** Where GraphiQL keeps tabs and history: the browser's own storage, without anybody's token. */

import type { Storage as GraphiQLStorage } from "@graphiql/toolkit";

const NAMESPACE = "graphiql:";

function ownKeys(): string[] {
  return Object.keys(localStorage).filter((key) => key.startsWith(NAMESPACE));
}

/** GraphiQL's history would keep the headers of each request: they are dropped wherever they occur. */
function withoutHeaders(value: string): string {
  if (!value.includes('"headers"')) return value;
  return JSON.stringify(JSON.parse(value, (key: string, held: unknown) => (key === "headers" ? null : held)));
}

export const storage: GraphiQLStorage = {
  get length() {
    return ownKeys().length;
  },
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) => localStorage.setItem(key, withoutHeaders(value)),
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => ownKeys().forEach((key) => localStorage.removeItem(key)),
};
