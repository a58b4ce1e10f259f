// Composes a supergraph: node compose.mjs apollo|hive NAME URL SCHEMA [NAME URL SCHEMA]... > supergraph.graphql
// Errors and hints go to standard error, and errors make it fail.
import { readFileSync } from 'node:fs';
import { composeServices as apollo } from '@apollo/composition';
import { composeServices as hive } from '@theguild/federation-composition';
import { parse } from 'graphql';

const [composer, ...given] = process.argv.slice(2);
const services = [];
for (let at = 0; at < given.length; at += 3) {
  const [name, url, schema] = given.slice(at, at + 3);
  services.push({ name, url, typeDefs: parse(readFileSync(schema, 'utf8')) });
}

const { supergraphSdl, errors = [], hints = [] } = { apollo, hive }[composer](services);
for (const error of errors) console.error(`error: ${error.message}`);
for (const hint of hints) console.error(`hint: ${hint.definition?.code ?? ''} ${hint.message}`);
if (errors.length) process.exit(1);
console.log(supergraphSdl);
