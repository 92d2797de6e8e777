// Counts what many sockets are told: frames are measured by their heads alone, so that this is not the limit.
// node client.mjs PORT SOCKETS TOKENS_FILE; commands come as lines of JSON on standard input, answers go out likewise.
import net from 'node:net';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [port, count, tokensFile] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];
const tokens = JSON.parse(readFileSync(tokensFile, 'utf8'));
const QUERY =
  'subscription Board { moveUpdates { cursor goneId event { id type occurredAt notes } move { id reference status date ' +
  'fromLocation { agencyId title } toLocation { agencyId title } } } }';
const STAMP = Buffer.from('"notes":"');
const MASK = Buffer.from([1, 2, 3, 4]);

function frame(opcode, payload) {
  const long = payload.length >= 126;
  const head = Buffer.alloc(long ? 8 : 6);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (long ? 126 : payload.length);
  if (long) head.writeUInt16BE(payload.length, 2);
  MASK.copy(head, head.length - 4);
  const masked = Buffer.from(payload);
  for (let i = 0; i < masked.length; i++) masked[i] ^= MASK[i % 4];
  return Buffer.concat([head, masked]);
}
const text = (message) => frame(1, Buffer.from(JSON.stringify(message)));

let timing = false;
let arrivals = new Map();
let bytes = 0;
const frames = new Uint32Array(count);
const isReady = new Uint8Array(count);
let acknowledged = 0;
let closed = 0;
const now = () => performance.timeOrigin + performance.now();

function open(number) {
  const socket = net.connect(port, '127.0.0.1');
  let rest = Buffer.alloc(0);
  let upgraded = false;
  socket.setNoDelay(true);
  socket.write(
    `GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
  );
  socket.on('close', () => {
    closed += 1;
    if (!isReady[number]) setTimeout(open, 300, number); // not taken in: once more
  });
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    let data = rest.length ? Buffer.concat([rest, chunk]) : chunk;
    if (!upgraded) {
      const end = data.indexOf('\r\n\r\n');
      if (end < 0) return void (rest = data);
      upgraded = true;
      data = data.subarray(end + 4);
      const token = tokens[number % tokens.length];
      socket.write(text({ type: 'connection_init', payload: token ? { Authorization: `Bearer ${token}` } : {} }));
    }
    let at = 0;
    while (data.length - at >= 2) {
      let length = data[at + 1] & 0x7f;
      let head = 2;
      if (length === 126) {
        if (data.length - at < 4) break;
        length = data.readUInt16BE(at + 2);
        head = 4;
      } else if (length === 127) {
        if (data.length - at < 10) break;
        length = Number(data.readBigUInt64BE(at + 2));
        head = 10;
      }
      if (data.length - at < head + length) break;
      const opcode = data[at] & 0x0f;
      if (opcode === 9) socket.write(frame(10, data.subarray(at + head, at + head + length)));
      else if (opcode === 1) take(number, socket, data, at + head, length);
      at += head + length;
    }
    rest = at === data.length ? Buffer.alloc(0) : Buffer.from(data.subarray(at));
  });
}

function take(number, socket, data, start, length) {
  if (!isReady[number]) {
    isReady[number] = 1;
    acknowledged += 1;
    socket.write(text({ id: `subscription-${number}`, type: 'subscribe', payload: { query: QUERY } }));
    return;
  }
  const body = data.subarray(start, start + length);
  if (body.indexOf('"type":"next"') < 0) return;
  frames[number] += 1;
  bytes = length;
  if (timing) {
    const stamp = body.indexOf(STAMP);
    if (stamp < 0) return;
    const note = body.toString('latin1', stamp + 9, body.indexOf(0x22, stamp + 9));
    if (!arrivals.has(note)) arrivals.set(note, []);
    arrivals.get(note).push(now());
  }
}

async function connectAll() {
  for (let number = 0; number < count; number++) {
    open(number);
    if (number % 50 === 49) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function report() {
  let least = Infinity;
  let most = 0;
  let total = 0;
  for (const one of frames) {
    least = Math.min(least, one);
    most = Math.max(most, one);
    total += one;
  }
  return { acknowledged, closed, least, most, total, bytes };
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const command = JSON.parse(line);
  if (command.do === 'exit') process.exit(0);
  if (command.do === 'reset') {
    frames.fill(0);
    arrivals = new Map();
    timing = Boolean(command.timing);
  }
  console.log(JSON.stringify(command.do === 'arrivals' ? Object.fromEntries(arrivals) : report()));
});
await connectAll();
