// Schema stitching, for those without a federation gateway: node stitch.mjs INVOICES_URL COMPANY_URL [PORT]
// Types that both services have are merged by their keys, through each service's `_entities`, many in one request.
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildHTTPExecutor } from '@graphql-tools/executor-http';
import { stitchSchemas } from '@graphql-tools/stitch';
import { buildSchema, parse } from 'graphql';

const byKey = (__typename) => ({
  selectionSet: '{ id }',
  fieldName: '_entities',
  key: ({ id }) => ({ __typename, id }),
  argsFromKeys: (representations) => ({ representations }),
});

async function subschema(endpoint) {
  const ask = buildHTTPExecutor({ endpoint });
  const { data } = await ask({ document: parse('{ _service { sdl } }') });
  const executor = (request) => {
    const entities = Object.values(request.variables ?? {}).find(Array.isArray);
    console.log(JSON.stringify({ subgraph: endpoint, entities: entities?.length ?? 0 }));
    return ask(request);
  };
  const schema = buildSchema(data._service.sdl, { assumeValidSDL: true });
  return { schema, executor, merge: { Customer: byKey('Customer'), Invoice: byKey('Invoice') } };
}

const [invoices, company, port = '4000'] = process.argv.slice(2);
const schema = stitchSchemas({ subschemas: [await subschema(invoices), await subschema(company)] });
const { url } = await startStandaloneServer(new ApolloServer({ schema }), {
  listen: { host: '127.0.0.1', port: Number(port) },
});
console.log(url);
