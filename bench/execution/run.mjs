// Executes the query over values in memory: run.mjs graphql_js|graphql_jit MOVES, told what to do line by line.
// The first line is the values, as bench/in_memory.py gives them. Packages are those of bench/federated.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const federated = new URL("../federated/", import.meta.url);
const require = createRequire(new URL("package.json", federated));
const { buildSchema, execute, parse, validate } = require("graphql");
const { compileQuery, isCompiledQuery } = require("graphql-jit");
const DataLoader = require("dataloader");

const [kind, size] = [process.argv[2], Number(process.argv[3])];
const schema = buildSchema(readFileSync(new URL("schema.graphql", federated), "utf8"));

function resolveBy(type, resolvers) {
  const fields = schema.getType(type).getFields();
  for (const [name, resolve] of Object.entries(resolvers)) fields[name].resolve = resolve;
}

function contextMaker(values) {
  const kept = (name) => new Map(Object.entries(values[name]));
  const [people, alerts, journeys, records] = ["people", "alerts", "journeys", "records"].map(kept);
  const loader = (from) => new DataLoader(async (keys) => keys.map((key) => from.get(key) ?? null));
  return () => ({
    loaders: { people: loader(people), alerts: loader(alerts), journeys: loader(journeys), records: loader(records) },
  });
}

function wire(values) {
  const places = new Map(Object.entries(values.places));
  const at = { fromLocation: (one) => places.get(one.fromAgency), toLocation: (one) => places.get(one.toAgency) };
  resolveBy("Query", { moves: async (_root, { first }) => ({ nodes: values.moves.slice(0, first) }) });
  resolveBy("Move", {
    ...at,
    id: (move) => Buffer.from(`Move:${move.key}`).toString("base64url"),
    person: (move, _given, context) => context.loaders.people.load(move.prisonNumber),
    journeys: (move, _given, context) => context.loaders.journeys.load(move.reference),
    personEscortRecord: (move, _given, context) => context.loaders.records.load(move.key),
  });
  resolveBy("Person", { alerts: (person, _given, context) => context.loaders.alerts.load(person.prisonNumber) });
  resolveBy("Journey", at);
}

/** Return what answers once. Documents are parsed, validated and compiled once and known by their text. */
function answerer(values) {
  wire(values);
  const makeContext = contextMaker(values);
  const variables = { first: size, day: values.day };
  const known = new Map();
  const prepared = (text) => {
    let found = known.get(text);
    if (found === undefined) {
      const document = parse(text);
      const errors = validate(schema, document);
      if (errors.length) throw errors[0];
      found = kind === "graphql_jit" ? compiled(document) : interpreted(document);
      known.set(text, found);
    }
    return found;
  };
  const interpreted = (document) => () =>
    execute({ schema, document, variableValues: variables, contextValue: makeContext() });
  const compiled = (document) => {
    const plan = compileQuery(schema, document);
    if (!isCompiledQuery(plan)) throw plan.errors[0];
    return () => plan.query(undefined, makeContext(), variables);
  };
  return () => prepared(values.query)();
}

async function run(answer, seconds) {
  const ends = performance.now() + seconds * 1000;
  const before = process.cpuUsage();
  let operations = 0;
  while (performance.now() < ends) {
    await answer();
    operations += 1;
  }
  const spent = process.cpuUsage(before);
  return { operations, cpu_seconds: (spent.user + spent.system) / 1e6 };
}

async function data(answer) {
  const result = await answer();
  if (result.errors) throw result.errors[0];
  return result.data;
}

let answer;
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  if (order.do === "take") answer = answerer(order.values);
  const told = order.do === "take" ? {} : order.do === "answer" ? await data(answer) : await run(answer, order.seconds);
  console.log(JSON.stringify(told));
}
