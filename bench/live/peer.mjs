// The peer: graphql-js behind graphql-ws, each subscriber with an execution of its own, as that stack does it.
// node peer.mjs PORT; POST /publish with a JSON list of events tells each of them to all.
import { createServer } from 'node:http';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

const schema = buildSchema(`
  type Query { ok: Boolean }
  type Location { agencyId: String! title: String! }
  type Event { id: ID! type: String! occurredAt: String! notes: String }
  type Move {
    id: ID! reference: String! status: String! date: String fromLocation: Location! toLocation: Location
  }
  type MoveUpdate { cursor: String! event: Event move: Move goneId: ID }
  type Subscription { moveUpdates(after: String): MoveUpdate! }
`);

const subscribers = new Set();

function subscribe() {
  const queue = [];
  let wake = null;
  const push = (value) => {
    queue.push(value);
    wake?.();
  };
  subscribers.add(push);
  const iterator = {
    async next() {
      while (queue.length === 0) await new Promise((resolve) => (wake = resolve));
      return { value: { moveUpdates: queue.shift() }, done: false };
    },
    async return() {
      subscribers.delete(push);
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    for (const event of JSON.parse(body)) for (const push of subscribers) push(event);
    response.end('told');
  });
});
const sockets = new WebSocketServer({ server, path: '/graphql', perMessageDeflate: false });
useServer(
  { schema, roots: { subscription: { moveUpdates: subscribe } }, connectionInitWaitTimeout: 60_000 },
  sockets,
  0, // no pings: nothing but events is to be counted
);
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('ready'));
