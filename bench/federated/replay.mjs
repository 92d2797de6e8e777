// Stands before an upstream and repeats what it answered: node replay.mjs LISTEN TARGET [LISTEN TARGET ...]
// Equal requests (method, path, body) get equal answers, so that the upstream never is what a benchmark measures.
import { createServer } from "node:http";

const ports = process.argv.slice(2).map(Number);

function replay(listen, target) {
  const kept = new Map();
  createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", async () => {
      const body = Buffer.concat(parts);
      const key = `${request.method} ${request.url} ${body.toString("latin1")}`;
      let answer = kept.get(key);
      if (answer === undefined) {
        answer = await ask(target, request, body);
        if (answer.status < 400) kept.set(key, answer);
      }
      response.writeHead(answer.status, { "content-type": answer.type, "content-length": answer.body.length });
      response.end(answer.body);
    });
  }).listen(listen, "127.0.0.1");
}

async function ask(target, request, body) {
  const { host, connection, "content-length": length, "accept-encoding": encoding, ...headers } = request.headers;
  const answer = await fetch(`http://127.0.0.1:${target}${request.url}`, {
    method: request.method,
    headers,
    body: request.method === "GET" ? undefined : body,
  });
  return {
    status: answer.status,
    type: answer.headers.get("content-type") ?? "application/json",
    body: Buffer.from(await answer.arrayBuffer()),
  };
}

for (let one = 0; one < ports.length; one += 2) replay(ports[one], ports[one + 1]);
console.log("ready");
