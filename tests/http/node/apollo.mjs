// Speaks to the address given as Apollo Client does: a persisted query twice, then a deferred one; prints what came.
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQL17Alpha9Handler } from "@apollo/client/incremental";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { createHash } from "node:crypto";

const [uri, persisted, deferred] = process.argv.slice(2);
const requests = [];
const answers = [];

async function noting(address, options) {
  const answer = await fetch(address, options);
  const query = options.method === "GET" ? new URL(address).searchParams.has("query") : "query" in JSON.parse(options.body);
  requests.push({ method: options.method, hasText: query, status: answer.status });
  return answer;
}

function client(link) {
  const incrementalHandler = new GraphQL17Alpha9Handler();
  return new ApolloClient({ link, cache: new InMemoryCache(), incrementalHandler });
}

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const automatic = ApolloLink.from([
  new PersistedQueryLink({ sha256, useGETForHashedQueries: true }),
  new HttpLink({ uri, fetch: noting }),
]);
for (let time = 0; time < 2; time++) {
  const { data } = await client(automatic).query({ query: gql(persisted), fetchPolicy: "no-cache" });
  answers.push(data);
}

const states = [];
await new Promise((resolve, reject) => {
  const plain = new HttpLink({ uri, fetch: noting });
  client(plain)
    .watchQuery({ query: gql(deferred), fetchPolicy: "no-cache" })
    .subscribe({
      next(state) {
        if (state.data) states.push({ data: state.data, state: state.dataState });
        if (state.dataState === "complete") resolve();
        if (state.error) reject(state.error);
      },
      error: reject,
    });
});
console.log(JSON.stringify({ requests, answers, states }));
process.exit(0);
