/** Builds the page anew and compares it with the files that are committed, gzip unpacked. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import { build } from "vite";

const COMMITTED = new URL("../../../gateway/transport/static/graphiql", import.meta.url).pathname;

function contents(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const content = readFileSync(path);
      return [relative(folder, path), entry.name.endsWith(".gz") ? gunzipSync(content) : content];
    }),
  );
}

const folder = mkdtempSync(join(tmpdir(), "graphiql-"));
try {
  await build({ logLevel: "error", build: { outDir: folder } });
  const [fresh, committed] = [contents(folder), contents(COMMITTED)];
  const names = [...new Set([...fresh.keys(), ...committed.keys()])].sort();
  const different = names.filter((name) => {
    const [one, other] = [fresh.get(name), committed.get(name)];
    return !one || !other || !one.equals(other);
  });
  if (different.length > 0) {
    console.error(`A fresh build differs from the committed files: ${different.join(", ")}`);
    process.exitCode = 1;
  } else {
    console.log(`${names.length} files, all as committed`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
