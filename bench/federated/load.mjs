// The load: node load.mjs OPTIONS, a file with the options of autocannon. It prints what came of it as JSON.
// The command line of autocannon does not do: an answer that is expected may be longer than an argument can be.
import { readFileSync } from "node:fs";
import autocannon from "autocannon";

const result = await autocannon(JSON.parse(readFileSync(process.argv[2], "utf8")));
console.log(JSON.stringify(result));
