// The load: node load.mjs OPTIONS, a file with the options of autocannon. It prints what came of it as JSON.
// The command line of autocannon does not do: an answer that is expected may be longer than an argument can be.
// With `tokens` each connection signs in with one of them, in turn.
import { readFileSync } from "node:fs";
import autocannon from "autocannon";

const { tokens, ...options } = JSON.parse(readFileSync(process.argv[2], "utf8"));
let next = 0;
if (tokens?.length)
  options.setupClient = (client) =>
    client.setHeaders({ ...options.headers, authorization: `Bearer ${tokens[next++ % tokens.length]}` });
console.log(JSON.stringify(await autocannon(options)));
