// Subscribes with one of npm's clients: node subscriptions.mjs CLIENT, with what to do as JSON on standard input.
// Every update becomes a line of JSON on standard output. {"do": "stop"} on standard input ends it.
import { createInterface } from 'node:readline';
import WebSocket from 'ws';

const client = process.argv[2];
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { host, token, query, variables = {}, retry = true } = JSON.parse((await lines.next()).value);
let current = token;
const say = (message) => console.log(JSON.stringify(message));
const take = (result) => say({ update: result.data?.moveUpdates ?? null, errors: result.errors ?? null });
const end = { next: take, error: (error) => say({ error: describe(error) }), complete: () => say({ complete: true }) };
const describe = (error) =>
  error?.code ? { code: error.code, reason: error.reason } : (error?.graphQLErrors ?? String(error?.message ?? error));

async function overWebSocket() {
  const { createClient } = await import('graphql-ws');
  return createClient({
    url: `ws://${host}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: () => ({ Authorization: `Bearer ${current}` }),
    retryAttempts: retry ? 5 : 0,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 20)),
    shouldRetry: () => retry,
    on: {
      closed: (event) => say({ closed: { code: event.code, reason: event.reason } }),
      connected: (_socket, ack) => say({ connected: ack }),
    },
  });
}

const starts = {
  'graphql-ws': async () => (await overWebSocket()).subscribe({ query, variables }, end),
  'graphql-sse': async () => {
    const { createClient } = await import('graphql-sse');
    const sse = createClient({
      url: `http://${host}/graphql`,
      headers: () => ({ Authorization: `Bearer ${current}` }),
      retryAttempts: 0,
    });
    return sse.subscribe({ query, variables }, end);
  },
  apollo: async () => {
    const { ApolloClient, InMemoryCache, gql } = await import('@apollo/client');
    const { GraphQLWsLink } = await import('@apollo/client/link/subscriptions');
    const apollo = new ApolloClient({ cache: new InMemoryCache(), link: new GraphQLWsLink(await overWebSocket()) });
    const subscription = apollo.subscribe({ query: gql(query), variables }).subscribe(end);
    return () => subscription.unsubscribe();
  },
  urql: async () => {
    const { Client, fetchExchange } = await import('@urql/core');
    const { pipe, subscribe } = await import('wonka');
    const urql = new Client({
      url: `http://${host}/graphql`,
      exchanges: [fetchExchange],
      fetchSubscriptions: true,
      preferGetMethod: false,
      fetchOptions: () => ({ headers: { Authorization: `Bearer ${current}` } }),
    });
    const { unsubscribe } = pipe(
      urql.subscription(query, variables),
      subscribe((result) => (result.error ? end.error(result.error) : take(result))),
    );
    return unsubscribe;
  },
};

const stop = await starts[client]();
say({ subscribed: true });
for await (const line of lines) {
  const command = JSON.parse(line);
  if (command.token) current = command.token;
  if (command.do === 'stop') break;
}
stop?.();
setTimeout(() => process.exit(0), 50);
