// What the subgraph does not have, added to the supergraph: customers, nested money, and `_entities`.
import { extendSchema, parse } from "graphql";

export const additionalTypeDefs = /* GraphQL */ `
  type Money { amount: Decimal! currencyCode: String! }
  type TaxedMoney { net: Money gross: Money }
  type Customer { id: ID! invoices(first: Int! = 20): InvoiceConnection! }
  extend type Query { customer(id: ID!): Customer }
  extend type Invoice { total: Money }
  extend type Line { unitPrice: TaxedMoney total: TaxedMoney }
`;

const eur = (amount) => ({ amount: amount.toFixed(2), currencyCode: "EUR" });

export const additionalResolvers = {
  Query: { customer: (_, { id }) => ({ id }) },
  Customer: {
    invoices: ({ id }, { first }, context, info) =>
      context.webstore.Query.storeInvoices({ args: { customer: id, input: { limit: first } }, context, info }),
  },
  Invoice: {
    status: ({ status }) => status.toUpperCase(),
    total: { selectionSet: "{ taxedTotal }", resolve: ({ taxedTotal }) => eur(taxedTotal) },
  },
  Line: {
    quantity: ({ quantity }) => quantity.toFixed(2),
    unitPrice: {
      selectionSet: "{ prices { price taxedPrice } }",
      resolve: ({ prices }) => ({ net: eur(prices.price), gross: eur(prices.taxedPrice) }),
    },
    total: {
      selectionSet: "{ prices { totalPrice taxedTotalPrice } }",
      resolve: ({ prices }) => ({ net: eur(prices.totalPrice), gross: eur(prices.taxedTotalPrice) }),
    },
  },
  LineTax: { rate: ({ rate }) => rate.toFixed(2) },
};

const ENTITIES = parse(/* GraphQL */ `
  scalar _Any
  union _Entity = Customer
  extend type Query { _entities(representations: [_Any!]!): [_Entity]! }
`);

/** A plugin that adds `_entities` to the stitched supergraph: among the additional types the gateway refuses it. */
export const useEntities = () => ({
  onSchemaChange({ schema, replaceSchema }) {
    if (schema.getType("_Entity")) return; // it is told of the replacement too
    const extended = extendSchema(schema, ENTITIES);
    extended.extensions = schema.extensions; // how to delegate; extendSchema drops them
    extended.getType("_Entity").resolveType = () => "Customer";
    extended.getQueryType().getFields()._entities.resolve = (_, { representations }) => representations;
    replaceSchema(extended);
  },
});
