/** How an operation reaches the gateway: by POST, or a subscription over graphql-transport-ws. */

import type { Fetcher, FetcherParams, Observable } from "@graphiql/toolkit";
import { type ExecutionResult, getOperationAST, GraphQLError, parse } from "graphql";
import { createClient } from "graphql-ws";
import { readAuthorization } from "./authorization";
import type { Config } from "./config";
import type { SignIn } from "./sign-in";

const INTROSPECTION = "IntrospectionQuery";
const REFUSED = 4403;
const MEDIA_TYPES = "application/graphql-response+json, application/json;q=0.9";

interface Sink {
  next(value: ExecutionResult): void;
  error(reason: unknown): void;
  complete(): void;
}

export function createFetcher(config: Config, signIn: SignIn): Fetcher {
  const endpoint = new URL(config.endpoint, location.href);

  return (params, options) => {
    const given = readAuthorization(options?.headers);
    // A token that a persona's renewal has replaced lingers in history: its successor goes out instead.
    const current = () => (signIn.isOurs(given) ? (signIn.state.authorization ?? given) : given);
    const authorization = current();
    if (params.operationName === INTROSPECTION) {
      // GraphiQL asks for the schema before its headers editor is there.
      const known = authorization ?? signIn.state.authorization;
      return known === null ? refusal("Nobody is signed in yet.") : post(endpoint, params, { Authorization: known });
    }
    const operation = settleOperation(params);
    if (operation.isSubscription) return subscribe(config.subscriptionEndpoint, operation.params, current);
    const headers = { ...options?.headers, ...(authorization !== null && { Authorization: authorization }) };
    return post(endpoint, operation.params, headers);
  };
}

/**
 * Tell subscriptions apart, by the document itself. GraphiQL's own idea of the document and of the operation's name lags
 * behind a change of tab: a name that the document does not have goes out as none.
 */
function settleOperation(params: FetcherParams): { params: FetcherParams; isSubscription: boolean } {
  try {
    const document = parse(params.query);
    const named = getOperationAST(document, params.operationName);
    const operation = named ?? getOperationAST(document);
    const settled = named === operation ? params : { ...params, operationName: operation?.name?.value ?? null };
    return { params: settled, isSubscription: operation?.operation === "subscription" };
  } catch {
    return { params, isSubscription: false }; // the gateway says where the syntax error is
  }
}

async function post(
  endpoint: URL,
  params: FetcherParams,
  headers: Record<string, unknown>,
): Promise<ExecutionResult> {
  const sent = new Headers({ Accept: MEDIA_TYPES, "Content-Type": "application/json" });
  Object.entries(headers).forEach(([name, value]) => sent.set(name, String(value)));
  const response = await fetch(endpoint, { method: "POST", body: JSON.stringify(params), headers: sent });
  const text = await response.text();
  try {
    return JSON.parse(text) as ExecutionResult;
  } catch {
    return refusal(`The answer was HTTP ${response.status} without JSON: is something in front of the gateway?`);
  }
}

function subscribe(
  address: string | null,
  params: FetcherParams,
  authorization: () => string | null,
): Observable<ExecutionResult> | ExecutionResult {
  if (address === null) return refusal("This gateway offers no subscriptions over WebSocket.");
  const url = new URL(address, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  let sent: string | null = null;
  const client = createClient({
    url: url.href,
    connectionParams: () => {
      sent = authorization();
      return sent === null ? {} : { Authorization: sent };
    },
    // Refused (4403) is final, unless the token has been renewed since.
    shouldRetry: (reason) => reason instanceof CloseEvent && (reason.code !== REFUSED || authorization() !== sent),
  });
  const { query, variables = null, operationName = null } = params;
  const subscription = {
    subscribe: (sink: Sink) => ({
      unsubscribe: client.subscribe(
        { query, variables, operationName },
        {
          next: (result) => sink.next(result as ExecutionResult),
          error: (reason) => sink.error(describe(reason)),
          complete: () => sink.complete(),
        },
      ),
    }),
  };
  // GraphiQL subscribes with a sink; the type's other signatures take bare functions.
  return subscription as Observable<ExecutionResult>;
}

/** Say why a subscription ended: the socket's close code, or the errors that the gateway sent. */
function describe(reason: unknown): unknown {
  if (reason instanceof CloseEvent) {
    return new Error(`The connection was closed with code ${reason.code}. ${reason.reason}`.trim());
  }
  return reason instanceof Event ? new Error("The connection could not be made.") : reason;
}

function refusal(message: string): ExecutionResult {
  return { errors: [new GraphQLError(message)] };
}
