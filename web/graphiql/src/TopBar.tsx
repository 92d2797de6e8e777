/** The bar above the editors: who is signed in, and what to do while nobody is. */

import { DropdownMenu, pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect, useRef, useState } from "react";
import { authorizationIn, withAuthorization } from "./authorization";
import { type SignIn, useSignIn } from "./sign-in";

const TYPING_PAUSE_MS = 400;

export function TopBar({ signIn }: { signIn: SignIn }) {
  const state = useSignIn(signIn);
  const isAuthorized = useHeadersOfEveryTab(signIn);
  const fetchError = useGraphiQL((graphiql) => graphiql.fetchError);

  let note = state.persona?.description ?? "";
  let isProblem = false;
  if (state.problem !== null) {
    [note, isProblem] = [state.problem, true];
  } else if (state.busy) {
    note = "Signing in…";
  } else if (!isAuthorized && state.persona === null) {
    note =
      signIn.personas.length > 0
        ? "Nobody is signed in. Choose who to sign in as, and the schema and the examples will work."
        : 'Nobody is signed in. Put {"Authorization": "Bearer your token"} into the Headers editor: the schema loads then.';
  } else if (fetchError !== null) {
    [note, isProblem] = [`The schema could not be loaded. ${firstMessage(fetchError)}`, true];
  }

  return (
    <header className="top-bar">
      <h1 className="top-bar-name">Secure move gateway</h1>
      <p className={isProblem ? "top-bar-note top-bar-problem" : "top-bar-note"} role="status">
        {note}
      </p>
      {signIn.personas.length > 0 && <PersonaMenu signIn={signIn} />}
    </header>
  );
}

function PersonaMenu({ signIn }: { signIn: SignIn }) {
  const { persona } = useSignIn(signIn);
  return (
    <DropdownMenu>
      <DropdownMenu.Button type="button" className="persona-button">
        {persona ? `Signed in as ${persona.label}` : "Sign in as"} <span aria-hidden="true">▾</span>
      </DropdownMenu.Button>
      <DropdownMenu.Content align="end" className="persona-menu">
        {signIn.personas.map((each) => (
          <DropdownMenu.Item key={each.key} onSelect={() => void signIn.choose(each)}>
            <span className="persona-label">
              {each.label}
              {each.key === persona?.key && " (signed in)"}
            </span>
            <span className="persona-description">{each.description}</span>
          </DropdownMenu.Item>
        ))}
        {persona && (
          <DropdownMenu.Item onSelect={() => signIn.signOut()}>
            <span className="persona-label">Sign out</span>
          </DropdownMenu.Item>
        )}
      </DropdownMenu.Content>
    </DropdownMenu>
  );
}

/**
 * Keep the token in the headers editor of every tab, and say whether the tab in view has one.
 *
 * A choice in the menu replaces whatever Authorization a tab has. A renewal replaces only what an earlier choice put
 * there: a header that somebody typed stays. An empty editor (a new tab, an entry of the history) is filled.
 */
function useHeadersOfEveryTab(signIn: SignIn): boolean {
  const { authorization, choices } = useSignIn(signIn);
  const { headerEditor, responseEditor, tabs, activeTabIndex, fetchError } = useGraphiQL(
    pick("headerEditor", "responseEditor", "tabs", "activeTabIndex", "fetchError"),
  );
  const { introspect } = useGraphiQLActions();
  const [typed, setTyped] = useState<string | null>(null);
  const seenChoices = useRef(0);
  const schemaFor = useRef<string | null>(null);
  const activeTab = tabs[activeTabIndex]?.id;
  const clearSchemaError = useRef(() => {});
  clearSchemaError.current = () => {
    // GraphiQL shows why it has no schema in place of a result, and leaves it there when the schema has come.
    if (fetchError !== null && responseEditor?.getValue() === fetchError) responseEditor.setValue("");
  };

  useEffect(() => {
    if (!headerEditor) return undefined;
    const chosen = seenChoices.current !== choices;
    seenChoices.current = choices;
    const refreshed = (text: string): string => {
      const held = authorizationIn(text);
      const replaceable = chosen || text.trim() === "" || signIn.isOurs(held);
      return replaceable && held !== authorization ? withAuthorization(text, authorization) : text;
    };
    const settle = () => {
      const text = headerEditor.getValue();
      const wanted = refreshed(text);
      if (wanted !== text) headerEditor.setValue(wanted);
      const now = authorizationIn(wanted);
      setTyped(now);
      if (now !== null && now !== schemaFor.current && (chosen || !signIn.isOurs(now) || schemaFor.current === null)) {
        clearSchemaError.current();
        void introspect();
      }
      schemaFor.current = now ?? schemaFor.current;
    };
    // GraphiQL has no action for the headers of a tab out of view; it reads them from here when the tab is opened.
    tabs.forEach((tab, index) => {
      if (index !== activeTabIndex) tab.headers = refreshed(tab.headers ?? "");
    });
    settle();
    let pause: number | undefined;
    const listening = headerEditor.onDidChangeModelContent(() => {
      window.clearTimeout(pause);
      pause = window.setTimeout(settle, TYPING_PAUSE_MS);
    });
    return () => {
      window.clearTimeout(pause);
      listening.dispose();
    };
    // `tabs` changes with every key that is typed: the tab in view is what matters.
  }, [headerEditor, activeTab, authorization, choices]);

  return typed !== null;
}

/** GraphiQL keeps why the schema failed as the text of an answer. */
function firstMessage(fetchError: string): string {
  try {
    const held = JSON.parse(fetchError) as { errors?: { message?: string }[]; message?: string };
    return held.errors?.[0]?.message ?? held.message ?? fetchError;
  } catch {
    return fetchError;
  }
}
