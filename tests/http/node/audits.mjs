// Runs every audit of graphql-http against the address given, and prints what each found.
import { serverAudits } from "graphql-http";

const [url] = process.argv.slice(2);
const results = await Promise.all(serverAudits({ url, fetchFn: fetch }).map((audit) => audit.fn()));
console.log(JSON.stringify(results.map(({ id, name, status, reason }) => ({ id, name, status, reason }))));
