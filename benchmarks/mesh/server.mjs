// A peer: the same answers by GraphQL Mesh, which composes the supergraph, and Hive Gateway, which serves it with
// graphql-jit. Amounts go through doubles. The association is left out: Mesh's SOAP transport parses every element that
// looks like a number, so that the invoice 0010000 comes as 10000, and it has no setting for that.
//
//     node server.mjs PORT
import { createServer } from "node:http";
import { createGatewayRuntime } from "@graphql-hive/gateway-runtime";
import { getComposedSchemaFromConfig } from "@graphql-mesh/compose-cli";
import { useJIT } from "@graphql-mesh/plugin-jit";
import { DefaultLogger } from "@graphql-mesh/utils";
import { additionalResolvers, additionalTypeDefs, useEntities } from "./customers.mjs";
import { webstore } from "./webstore.mjs";

const [port] = process.argv.slice(2);

const gateway = createGatewayRuntime({
  supergraph: await getComposedSchemaFromConfig({ subgraphs: [webstore] }, new DefaultLogger("compose")),
  additionalTypeDefs,
  additionalResolvers,
  plugins: () => [useEntities(), useJIT()],
  graphiql: false,
  landingPage: false,
  logging: "error",
});

process.once("SIGTERM", () => process.exit()); // the gateway takes the signal, and leaves the server open
createServer({ keepAliveTimeout: 60_000 }, gateway).listen(Number(port), "127.0.0.1");
