import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const SMALL = 2048;

/**
 * Keep each larger file only as gzip, the form in which every browser takes it: a third of the size in the repository
 * and in the package. The gateway unpacks it for a client that cannot.
 */
function shipped(): Plugin {
  let folder = "";
  return {
    name: "shipped",
    apply: "build",
    configResolved(config) {
      folder = config.build.outDir;
    },
    closeBundle() {
      // What Monaco itself contains: its bundle of its own parts hides them from the list of licences.
      copyFileSync("node_modules/monaco-editor/ThirdPartyNotices.txt", join(folder, "licences-monaco-editor.txt"));
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        if (!entry.isFile() || !/\.(js|css|svg|ttf)$/.test(entry.name)) continue;
        const content = readFileSync(path);
        if (content.length < SMALL) continue;
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
        rmSync(path);
      }
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [shipped()],
  worker: { format: "es" },
  build: {
    outDir: "../../gateway/transport/static/graphiql",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    sourcemap: false,
    license: { fileName: "licences.md" },
    rolldownOptions: { checks: { moduleLevelDirective: false } },
    chunkSizeWarningLimit: 4000,
  },
});
