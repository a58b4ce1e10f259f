// A customer's invoices, from the web store or from the association over SOAP.
import { XMLParser } from "fast-xml-parser";
import { Agent, request } from "undici";

const UPSTREAM = process.env.BENCHMARK_UPSTREAM;
const XWEB = "http://www.avectra.com/2005/";
const dispatcher = new Agent({ connections: 1_000 });
const xml = new XMLParser({ parseTagValue: false, removeNSPrefix: true, isArray: (name) => name === "Result" });
let login;

export function invoicesOf({ id, first, fields }, isOfAssociation) {
  return isOfAssociation ? openInvoices(id, first) : storeInvoices(id, first, fields);
}

async function storeInvoices(id, first, fields) {
  const members = ["id", "number", "issueDate"];
  if (fields.has("status")) members.push("status");
  if (fields.has("total")) members.push("taxedTotal");
  if (fields.has("lines")) members.push("items");
  const body = await post(
    "/api/v10/storefront.invoices",
    JSON.stringify({ fields: members, first: 0, limit: first }),
    { "content-type": "application/json", "x-customer-key": `key-${id}` },
  );
  return (await body.json()).invoices.map(toInvoice);
}

const eur = (amount) => ({ amount, currencyCode: "EUR" });

function toInvoice(row) {
  return {
    number: row.number,
    issueDate: row.issueDate,
    status: row.status?.toUpperCase(),
    total: row.taxedTotal === undefined ? null : eur(row.taxedTotal),
    lines: row.items?.map(toLine),
  };
}

function toLine({ sku, name, quantity, prices, tax }) {
  return {
    sku,
    name,
    quantity,
    unitPrice: { net: eur(prices.price), gross: eur(prices.taxedPrice) },
    total: { net: eur(prices.totalPrice), gross: eur(prices.taxedTotalPrice) },
    tax: { rate: tax.rate },
  };
}

async function openInvoices(id, first) {
  login ??= xweb("", "Authenticate", "<userName>bench</userName><password>bench</password>");
  const { Token: token } = (await login).Header.AuthorizationToken;
  const operation = "WEBCentralizedShoppingCartOpenInvoiceGetList";
  const { Body } = await xweb(token, operation, `<CustomerKey>${associationKey(id)}</CustomerKey>`);
  const { Results } = Body[`${operation}Response`][`${operation}Result`];
  return Results.Result.slice(0, first).map(toOpenInvoice);
}

/** The customer's GUID at the association, as benchmarks/upstream.py makes it. */
function associationKey(id) {
  const [name, number] = id.split("-");
  const workload = Number(name.slice(1)).toString(16).padStart(8, "0");
  return `${workload}-0000-4000-8000-${Number(number).toString(16).padStart(12, "0")}`;
}

const usd = (amount) => ({ amount: Number(amount), currencyCode: "USD" });

function toOpenInvoice(row) {
  const [month, day, year] = row.inv_date.split(" ", 1)[0].split("/");
  return {
    number: row.inv_code_cp,
    issueDate: `${year}-${month}-${day}`,
    status: "OPEN",
    total: usd(row.inv_total),
    membershipCode: row.mbt_code,
    amountPaid: usd(row.inv_paid),
    amountDue: usd(row.inv_balance),
  };
}

async function xweb(token, operation, asked) {
  const body = await post(
    "/xweb/secure/netForumXML.asmx",
    `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header>` +
      `<AuthorizationToken xmlns="${XWEB}"><Token>${token}</Token></AuthorizationToken></soap:Header>` +
      `<soap:Body><${operation} xmlns="${XWEB}">${asked}</${operation}></soap:Body></soap:Envelope>`,
    { "content-type": "text/xml; charset=utf-8", soapaction: `"${XWEB}${operation}"` },
  );
  return xml.parse(await body.text()).Envelope;
}

async function post(path, content, headers) {
  const { statusCode, body } = await request(UPSTREAM + path, { method: "POST", body: content, headers, dispatcher });
  if (statusCode !== 200) throw new Error(`${path} answers ${statusCode}: ${await body.text()}`);
  return body;
}
