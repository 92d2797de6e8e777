// A reverse proxy over some nodes: node proxy.mjs PORT NODE_PORT...
// Each request and socket goes to the next node in turn that takes connections.
import { createServer } from 'node:http';
import net from 'node:net';
import { createProxyServer } from 'http-proxy-3';

const [port, ...nodes] = process.argv.slice(2).map(Number);
const proxy = createProxyServer({ xfwd: true });
let turn = 0;

const takes = (node) =>
  new Promise((resolve) => {
    const probe = net.connect(node, '127.0.0.1');
    probe.once('connect', () => (probe.destroy(), resolve(true)));
    probe.once('error', () => resolve(false));
  });

async function next() {
  for (let tried = 0; tried < nodes.length; tried++) {
    const node = nodes[turn++ % nodes.length];
    if (await takes(node)) return { target: `http://127.0.0.1:${node}` };
  }
  return null;
}

const server = createServer(async (request, response) => {
  const target = await next();
  if (target) proxy.web(request, response, target);
  else response.writeHead(503).end('no node answers');
});
server.on('upgrade', async (request, socket, head) => {
  socket.on('error', () => {});
  const target = await next();
  if (target) proxy.ws(request, socket, head, target);
  else socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n');
});
proxy.on('error', (_error, _request, reached) => {
  if (typeof reached?.writeHead === 'function' && !reached.headersSent) reached.writeHead(502).end('a node was lost');
  else reached?.destroy?.();
});
server.listen(port, '127.0.0.1');
