// Apollo's gateway in front of both subgraphs: node gateway.mjs supergraph.graphql [PORT]
// It prints where it listens, and then every request that it makes of a subgraph.
import { readFileSync } from 'node:fs';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { GraphQLError } from 'graphql';

class Subgraph extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    // Who asks is the subgraphs' to judge, each by itself.
    if (context.authorization) request.http.headers.set('authorization', context.authorization);
    const entities = request.variables?.representations?.length ?? 0;
    console.log(JSON.stringify({ subgraph: this.name, entities }));
  }

  async errorFromResponse(response) {
    // Who refuses a whole request says why; the gateway's own error would tell clients the subgraph's address as well.
    const [refusal] = (await this.parseBody(response))?.errors ?? [];
    const message = refusal?.message ?? `${this.name} answered with status ${response.status}.`;
    return new GraphQLError(message, { extensions: refusal?.extensions });
  }
}

const [supergraph, port = '4000'] = process.argv.slice(2);
const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(supergraph, 'utf8'),
  buildService: ({ name, url }) => new Subgraph({ name, url }),
});
const server = new ApolloServer({ gateway, includeStacktraceInErrorResponses: false });
const { url } = await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: Number(port) },
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
});
console.log(url);
