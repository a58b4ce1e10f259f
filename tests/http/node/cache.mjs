// Asks the address given as an app does whose cache goes by examples/client/README.md; prints what is kept under keys.
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";

const [uri, text, other] = process.argv.slice(2);
const typePolicies = { Source: { keyFields: ["name"] }, Money: { merge: true } };
const cache = new InMemoryCache({ typePolicies });
const client = new ApolloClient({ link: new HttpLink({ uri }), cache });
const variables = { id: "C-1001" };

await client.query({ query: gql(text), variables });
await client.query({ query: gql(other), variables });
const isKept = client.readQuery({ query: gql(text), variables }) !== null;
console.log(JSON.stringify({ keys: Object.keys(cache.extract()), isKept }));
process.exit(0);
