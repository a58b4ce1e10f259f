// The web store as a subgraph, by Mesh's JSON Schema handler. It asks for the same members whatever is selected.
import { createRenameFieldTransform } from "@graphql-mesh/compose-cli";
import { loadJSONSchemaSubgraph } from "@omnigraph/json-schema";
import { GraphQLScalarType } from "graphql";

const NAMES = { "InvoiceConnection.invoices": "nodes", "Invoice.items": "lines" };

const text = { type: "string" };
// Numbers in truth, and doubles: the handler gives a scalar of one's own to strings alone, and lets any value through.
const decimal = { type: "string", format: "decimal" };
const object = (title, properties) => ({ title, type: "object", properties });
const list = (items) => ({ type: "array", items });

const line = object("Line", {
  sku: text,
  name: text,
  quantity: decimal,
  prices: object("Prices", { price: decimal, totalPrice: decimal, taxedPrice: decimal, taxedTotalPrice: decimal }),
  tax: object("LineTax", { rate: decimal }),
});

const invoice = object("Invoice", {
  number: text,
  issueDate: text,
  status: text,
  taxedTotal: decimal,
  items: list(line),
});

export const webstore = {
  sourceHandler: loadJSONSchemaSubgraph("webstore", {
    endpoint: process.env.BENCHMARK_UPSTREAM,
    getScalarForFormat: (format) => (format === "decimal" ? new GraphQLScalarType({ name: "Decimal" }) : undefined),
    operations: [
      {
        type: "Query",
        field: "storeInvoices",
        method: "POST",
        path: "/api/v10/storefront.invoices",
        headers: { "Content-Type": "application/json", "X-Customer-Key": "key-{args.customer}" },
        argTypeMap: { customer: text },
        requestSchema: object("Page", { limit: { type: "integer" } }),
        requestBaseBody: { fields: ["id", "number", "issueDate", "status", "items", "taxedTotal"], first: 0 },
        responseSchema: object("InvoiceConnection", { invoices: list(invoice) }),
      },
    ],
  }),
  transforms: [createRenameFieldTransform(({ typeName, fieldName }) => NAMES[`${typeName}.${fieldName}`])],
};
