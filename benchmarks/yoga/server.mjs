// A peer: the same answers by GraphQL Yoga with graphql-jit, written by hand. Amounts go through doubles.
//
//     node server.mjs PORT ASSOCIATION    (ASSOCIATION: how the ids of its customers begin)
import { createServer } from "node:http";
import { useGraphQlJit } from "@envelop/graphql-jit";
import DataLoader from "dataloader";
import { GraphQLScalarType } from "graphql";
import { createSchema, createYoga } from "graphql-yoga";
import { invoicesOf } from "./invoices.mjs";

const [port, association] = process.argv.slice(2);

const typeDefs = /* GraphQL */ `
  scalar _Any
  scalar Date
  scalar Decimal
  union _Entity = Customer
  enum InvoiceStatus { OPEN SENT ARCHIVED CANCELLED }
  type Money { amount: Decimal! currencyCode: String! }
  type TaxedMoney { net: Money gross: Money }
  type LineTax { rate: Decimal }
  type Line { sku: String name: String quantity: Decimal unitPrice: TaxedMoney total: TaxedMoney tax: LineTax }
  type Invoice {
    number: String
    issueDate: Date
    status: InvoiceStatus!
    total: Money
    lines: [Line!]
    membershipCode: String
    amountPaid: Money
    amountDue: Money
  }
  type InvoiceConnection { nodes: [Invoice!]! }
  type Customer { id: ID! invoices(first: Int! = 20): InvoiceConnection! }
  type Query { customer(id: ID!): Customer _entities(representations: [_Any!]!): [_Entity]! }
`;

const resolvers = {
  Decimal: new GraphQLScalarType({ name: "Decimal", serialize: (value) => value.toFixed(2) }),
  _Entity: { __resolveType: () => "Customer" },
  Query: {
    customer: (_, { id }) => ({ id }),
    _entities: (_, { representations }) => representations,
  },
  Customer: {
    invoices: async ({ id }, { first }, { invoices }, info) => ({
      nodes: await invoices.load({ id, first, fields: fieldsOfNodes(info.fieldNodes[0]) }),
    }),
  },
};

const fieldsBySelection = new WeakMap();

/** The names under `nodes`, so that no more is asked for upstream; the benchmark's documents have no fragments there. */
function fieldsOfNodes(selection) {
  let fields = fieldsBySelection.get(selection);
  if (!fields) {
    const nodes = selection.selectionSet.selections.find((one) => one.name.value === "nodes");
    fields = new Set(nodes.selectionSet.selections.map((one) => one.name.value));
    fieldsBySelection.set(selection, fields);
  }
  return fields;
}

const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  plugins: [useGraphQlJit()],
  context: () => ({
    invoices: new DataLoader((asked) => Promise.all(asked.map((one) => invoicesOf(one, one.id.startsWith(association)))), {
      cacheKeyFn: ({ id, first }) => `${first} ${id}`,
    }),
  }),
  cors: false,
  graphiql: false,
  landingPage: false,
  logging: false,
  multipart: false,
});

createServer({ keepAliveTimeout: 60_000 }, yoga).listen(Number(port), "127.0.0.1");
