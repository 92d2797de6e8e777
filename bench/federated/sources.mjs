// What every Node peer reads from, and its loaders: one call per resource and query, values mapped as resolvers want them.
import { createPublicKey } from "node:crypto";
import DataLoader from "dataloader";
import { createVerifier } from "fast-jwt";
import pg from "pg";
import { Pool } from "undici";

const given = JSON.parse(process.env.BENCH_SOURCES);
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
const database = new pg.Pool({ connectionString: given.database, max: 10 });
const nomis = new Pool(given.nomis, { connections: 40 });
const supplier = new Pool(given.supplier, { connections: 40 });
const caseload = given.caseload;

const places = new Map(
  (await database.query("SELECT agency_id, title FROM locations")).rows.map((row) => [
    row.agency_id,
    { agencyId: row.agency_id, title: row.title },
  ]),
);

const key = createPublicKey({ key: given.key, format: "jwk" }).export({ type: "spki", format: "pem" });
// Verified tokens are remembered, as the gateway remembers them.
const verify = createVerifier({ key, algorithms: ["RS256"], allowedIss: given.issuer, cache: 10000 });

export const port = Number(process.env.BENCH_PORT);

/** Turn the Authorization header into what the resolvers of one request need, or throw. */
export function contextOf(authorization) {
  verify((authorization ?? "").replace(/^bearer +/i, ""));
  return { caseload, loaders: loaders() };
}

async function post(pool, token, path, body) {
  const answer = await pool.request({
    path,
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (answer.statusCode !== 200) throw new Error(`an upstream answered ${answer.statusCode}`);
  return answer.body.json();
}

const readable = (name) => name.trim().toLowerCase().replace(/(^|[ '-])[a-z]/g, (start) => start.toUpperCase());

async function people(numbers) {
  const rows = await post(nomis, given.nomisToken, given.peoplePath, { prisonerNumbers: numbers });
  const found = new Map(
    rows.map((row) => [
      row.prisonerNumber,
      {
        prisonNumber: row.prisonerNumber,
        firstNames: readable(`${row.firstName} ${row.middleNames ?? ""}`),
        lastName: readable(row.lastName),
        dateOfBirth: row.dateOfBirth ?? null,
      },
    ]),
  );
  return numbers.map((number) => found.get(number) ?? null);
}

async function alerts(numbers) {
  const path = "/search/alerts/prison-numbers?includeInactive=false";
  const found = new Map(numbers.map((number) => [number, []]));
  for (const row of (await post(nomis, given.nomisToken, path, numbers)).content)
    found.get(row.prisonNumber)?.push({
      code: { code: row.alertCode.code, description: row.alertCode.description ?? row.alertCode.code },
      comment: row.description ?? null,
      activeFrom: row.activeFrom ?? null,
    });
  return numbers.map((number) => found.get(number));
}

async function journeys(references) {
  const answer = await post(supplier, given.supplierToken, "/journeys/search", { moveReferences: references });
  const found = new Map(
    answer.content.map((row) => [
      row.moveReference,
      row.journeys.map((one) => ({
        number: one.number,
        state: one.state.toUpperCase(),
        date: one.date ?? null,
        fromLocation: places.get(one.fromAgency),
        toLocation: places.get(one.toAgency),
        vehicle: one.vehicle ? { registration: one.vehicle.registration ?? null } : null,
      })),
    ]),
  );
  return references.map((reference) => found.get(reference) ?? []);
}

async function records(moveIds) {
  const { rows } = await database.query({
    name: "records",
    text: `SELECT r.move_id, r.status, s.key, s.status AS section_status, s.answered, s.outstanding
      FROM person_escort_records r JOIN per_sections s ON s.record_id = r.id WHERE r.move_id = ANY($1::uuid[])`,
    values: [moveIds],
  });
  const found = new Map();
  for (const row of rows) {
    let record = found.get(row.move_id);
    if (record === undefined) found.set(row.move_id, (record = { status: row.status.toUpperCase(), sections: [] }));
    record.sections.push({
      key: row.key.toUpperCase(),
      status: row.section_status.toUpperCase(),
      answered: row.answered,
      outstanding: row.outstanding,
    });
  }
  for (const record of found.values())
    record.sections.sort((one, other) => given.sections.indexOf(one.key) - given.sections.indexOf(other.key));
  return moveIds.map((id) => found.get(id) ?? null);
}

function loaders() {
  return {
    people: new DataLoader(people),
    alerts: new DataLoader(alerts),
    journeys: new DataLoader(journeys),
    records: new DataLoader(records),
  };
}

async function moves(_root, { first, filter }, context) {
  const { rows } = await database.query({
    name: "moves",
    text: `SELECT id, reference, status, date, prison_number, from_agency, to_agency FROM moves
      WHERE from_agency = ANY($1::text[]) AND day BETWEEN $2 AND $3 ORDER BY day, id LIMIT $4`,
    values: [context.caseload, filter.dateFrom, filter.dateTo, first],
  });
  return {
    nodes: rows.map((row) => ({
      key: row.id,
      id: Buffer.from(`Move:${row.id}`).toString("base64url"),
      reference: row.reference,
      status: row.status.toUpperCase(),
      date: row.date,
      prisonNumber: row.prison_number,
      fromLocation: places.get(row.from_agency),
      toLocation: row.to_agency === null ? null : places.get(row.to_agency),
    })),
  };
}

export const resolvers = {
  Query: { moves },
  Move: {
    person: (move, _given, context) => context.loaders.people.load(move.prisonNumber),
    journeys: (move, _given, context) => context.loaders.journeys.load(move.reference),
    personEscortRecord: (move, _given, context) => context.loaders.records.load(move.key),
  },
  Person: { alerts: (person, _given, context) => context.loaders.alerts.load(person.prisonNumber) },
};
