/** Who the page is signed in as: fetches a persona's token, renews it and forgets it. */

import { useSyncExternalStore } from "react";
import type { Persona } from "./config";

const REMEMBERED = "secure-move-gateway:persona";
const RETRY_SECONDS = 15;
const LONGEST_TIMER_SECONDS = 86_400;

export interface SignInState {
  persona: Persona | null;
  /** The header's whole value, kept in this page's memory only. */
  authorization: string | null;
  busy: boolean;
  problem: string | null;
  /** Rises with each choice of a persona and with signing out, and not when a token is merely renewed. */
  choices: number;
}

interface Token {
  accessToken: string;
  expiresIn: number;
}

export class SignIn {
  state: SignInState = { persona: null, authorization: null, busy: false, problem: null, choices: 0 };
  readonly personas: readonly Persona[];
  private readonly issued = new Set<string>();
  private readonly listeners = new Set<() => void>();
  private attempt = 0;
  private renewAt = Infinity;
  private timer: number | undefined;

  constructor(personas: readonly Persona[]) {
    this.personas = personas;
    const remembered = personas.find((persona) => persona.key === localStorage.getItem(REMEMBERED));
    if (remembered) void this.choose(remembered);
    // A sleeping machine stops timers: look again when the page comes back.
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && Date.now() >= this.renewAt) void this.renew();
    });
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  isOurs(authorization: string | null): boolean {
    return authorization !== null && this.issued.has(authorization);
  }

  async choose(persona: Persona): Promise<void> {
    localStorage.setItem(REMEMBERED, persona.key);
    await this.fetchToken(persona, true);
  }

  signOut(): void {
    localStorage.removeItem(REMEMBERED);
    this.attempt += 1;
    this.schedule(Infinity);
    const choices = this.state.choices + 1;
    this.update({ persona: null, authorization: null, busy: false, problem: null, choices });
  }

  private async renew(): Promise<void> {
    if (this.state.persona) await this.fetchToken(this.state.persona, false);
  }

  private async fetchToken(persona: Persona, chosen: boolean): Promise<void> {
    const attempt = ++this.attempt;
    this.schedule(Infinity);
    if (chosen) this.update({ busy: true, problem: null });
    try {
      const token = await requestToken(persona);
      if (attempt !== this.attempt) return;
      const authorization = `Bearer ${token.accessToken}`;
      this.issued.add(authorization);
      this.schedule(Math.max(token.expiresIn - 60, token.expiresIn / 2, 1));
      const choices = this.state.choices + (chosen ? 1 : 0);
      this.update({ persona, authorization, busy: false, problem: null, choices });
    } catch (error) {
      if (attempt !== this.attempt) return;
      const why = error instanceof Error ? error.message : String(error);
      this.update({ busy: false, problem: `Signing in as ${persona.label} failed. ${why}` });
      if (!chosen) this.schedule(RETRY_SECONDS);
    }
  }

  private schedule(seconds: number): void {
    window.clearTimeout(this.timer);
    this.renewAt = Date.now() + seconds * 1000;
    if (seconds !== Infinity) {
      this.timer = window.setTimeout(() => void this.renew(), Math.min(seconds, LONGEST_TIMER_SECONDS) * 1000);
    }
  }

  private update(change: Partial<SignInState>): void {
    this.state = { ...this.state, ...change };
    this.listeners.forEach((listener) => listener());
  }
}

async function requestToken(persona: Persona): Promise<Token> {
  const response = await fetch(`./personas/${encodeURIComponent(persona.key)}/token`, {
    method: "POST",
    headers: { Accept: "application/json" },
  });
  const body = (await response.json().catch(() => null)) as {
    access_token?: string;
    expires_in?: number;
    errors?: { message: string }[];
  } | null;
  if (!response.ok || !body?.access_token) {
    throw new Error(body?.errors?.[0]?.message ?? `The gateway answered ${response.status}.`);
  }
  return { accessToken: body.access_token, expiresIn: body.expires_in ?? 300 };
}

export function useSignIn(signIn: SignIn): SignInState {
  return useSyncExternalStore(signIn.subscribe, () => signIn.state);
}
