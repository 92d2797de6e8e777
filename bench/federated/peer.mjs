// One Node peer as a process: node peer.mjs mercurius|mercurius_jit|apollo|yoga. It prints a line once it listens.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { contextOf, port, resolvers } from "./sources.mjs";

const typeDefs = readFileSync(new URL("./schema.graphql", import.meta.url), "utf8");

async function mercurius(jit) {
  const { default: fastify } = await import("fastify");
  const { default: plugin } = await import("mercurius");
  const app = fastify();
  await app.register(plugin, {
    schema: typeDefs,
    resolvers,
    jit,
    path: "/graphql",
    context: (request) => contextOf(request.headers.authorization),
  });
  await app.listen({ port, host: "127.0.0.1" });
}

async function apollo() {
  const { ApolloServer } = await import("@apollo/server");
  const { default: as, fastifyApolloDrainPlugin: drain } = await import("@as-integrations/fastify");
  const { default: fastify } = await import("fastify");
  const app = fastify();
  const server = new ApolloServer({ typeDefs, resolvers, plugins: [drain(app)] });
  await server.start();
  await app.register(as(server), { context: async (request) => contextOf(request.headers.authorization) });
  await app.listen({ port, host: "127.0.0.1" });
}

async function yoga() {
  const { createSchema, createYoga } = await import("graphql-yoga");
  const handler = createYoga({
    schema: createSchema({ typeDefs, resolvers }),
    context: ({ request }) => contextOf(request.headers.get("authorization")),
    logging: false,
    graphiql: false,
  });
  await new Promise((ready) => createServer(handler).listen(port, "127.0.0.1", ready));
}

const kinds = { mercurius: () => mercurius(0), mercurius_jit: () => mercurius(1), apollo, yoga };
await kinds[process.argv[2]]();
console.log("ready");
