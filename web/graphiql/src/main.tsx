/** Puts the page together. */

import "./workers";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "@graphiql/plugin-explorer/style.css";
import "graphiql/graphiql.css";
import "./style.css";

import { DOC_EXPLORER_PLUGIN, DocExplorerStore } from "@graphiql/plugin-doc-explorer";
import { explorerPlugin } from "@graphiql/plugin-explorer";
import { HISTORY_PLUGIN, HistoryStore } from "@graphiql/plugin-history";
import { GraphiQLProvider } from "@graphiql/react";
import { GraphiQL, GraphiQLInterface } from "graphiql";
import { createRoot } from "react-dom/client";
import { type Config, type ExampleTab, loadConfig } from "./config";
import { createFetcher } from "./fetcher";
import { SignIn } from "./sign-in";
import { storage } from "./storage";
import { TopBar } from "./TopBar";

const PLUGINS = [DOC_EXPLORER_PLUGIN, HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];

/** GraphiQL names a tab after its operation: the title stands above it as a comment. */
function toTab({ title, query, variables }: ExampleTab) {
  return { query: `# ${title}\n${query}`, variables, headers: null };
}

function start(container: HTMLElement, config: Config): void {
  const signIn = new SignIn(config.personas);
  createRoot(container).render(
    <GraphiQLProvider
      fetcher={createFetcher(config, signIn)}
      storage={storage}
      plugins={PLUGINS}
      referencePlugin={DOC_EXPLORER_PLUGIN}
      shouldPersistHeaders={false}
      inputValueDeprecation
      schemaDescription
      {...(config.tabs.length > 0 && { defaultTabs: config.tabs.map(toTab) })}
    >
      <HistoryStore>
        <DocExplorerStore>
          <TopBar signIn={signIn} />
          <GraphiQLInterface
            showPersistHeadersSettings={false}
            defaultEditorToolsVisibility={config.personas.length > 0 ? false : "headers"}
          >
            <GraphiQL.Logo>GraphiQL</GraphiQL.Logo>
          </GraphiQLInterface>
        </DocExplorerStore>
      </HistoryStore>
    </GraphiQLProvider>,
  );
}

const container = document.getElementById("page");
if (container === null) throw new Error("The page has no place to put the editor.");
loadConfig().then(
  (config) => start(container, config),
  (error: unknown) => {
    const message = document.createElement("p");
    message.className = "page-loading";
    message.setAttribute("role", "alert");
    message.textContent = error instanceof Error ? error.message : String(error);
    container.replaceChildren(message);
  },
);
