// Runs every audit of graphql-http against one endpoint: node audit.mjs URL [TOKEN].
// Prints one JSON document; ends with 1 unless every audit is "ok".
import { serverAudits } from 'graphql-http';

const [url, token] = process.argv.slice(2);
const authorised = (input, init = {}) =>
  fetch(input, { ...init, headers: { ...init.headers, ...(token && { authorization: `Bearer ${token}` }) } });

const counts = { ok: 0, notice: 0, warn: 0, error: 0 };
const failures = [];
for (const audit of serverAudits({ url, fetchFn: authorised })) {
  const result = await audit.fn();
  counts[result.status] += 1;
  if (result.status !== 'ok') {
    failures.push({ id: audit.id, name: audit.name, status: result.status, reason: result.reason });
  }
}
console.log(JSON.stringify({ counts, failures }));
process.exitCode = failures.length === 0 ? 0 : 1;
