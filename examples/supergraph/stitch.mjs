// Schema stitching, for those without a federation gateway: node stitch.mjs NAME URL SCHEMA NAME URL SCHEMA [PORT]
// Types that both services have are merged by their keys, through each service's `_entities`, many in one request.
import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildHTTPExecutor } from '@graphql-tools/executor-http';
import { stitchSchemas } from '@graphql-tools/stitch';
import { buildSchema } from 'graphql';

const byKey = (__typename) => ({
  selectionSet: '{ id }',
  fieldName: '_entities',
  key: ({ id }) => ({ __typename, id }),
  argsFromKeys: (representations) => ({ representations }),
});

function subschema(name, endpoint, printed) {
  const ask = buildHTTPExecutor({
    endpoint,
    // Who asks is the services' to judge, each by itself.
    headers: ({ context }) => (context.authorization ? { authorization: context.authorization } : {}),
  });
  const executor = (request) => {
    const entities = Object.values(request.variables ?? {}).find(Array.isArray);
    console.log(JSON.stringify({ subgraph: name, entities: entities?.length ?? 0 }));
    return ask(request);
  };
  const schema = buildSchema(readFileSync(printed, 'utf8'), { assumeValidSDL: true });
  return { schema, executor, merge: { Customer: byKey('Customer'), Invoice: byKey('Invoice') } };
}

const given = process.argv.slice(2);
const [one, other, port = '4000'] = [given.slice(0, 3), given.slice(3, 6), given[6]];
const schema = stitchSchemas({ subschemas: [subschema(...one), subschema(...other)] });
const server = new ApolloServer({ schema, includeStacktraceInErrorResponses: false });
const { url } = await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: Number(port) },
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
});
console.log(url);
