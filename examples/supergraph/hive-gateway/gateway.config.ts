// hive-gateway supergraph ../supergraph.graphql --config-path gateway.config.ts
import { defineConfig } from '@graphql-hive/gateway';

export const gatewayConfig = defineConfig({
  host: '127.0.0.1',
  port: 4000,
  maskedErrors: false, // a subgraph's messages are told; ours come from a fixed table and hold no secret
  propagateHeaders: {
    // Who asks is the subgraphs' to judge.
    fromClientToSubgraphs({ request }) {
      const authorization = request.headers.get('authorization');
      return authorization ? { authorization } : {};
    },
  },
});
