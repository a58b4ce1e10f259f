// Prints what a customer owes: npm start [-- URL]. The types of variables and answers are those of the operation.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { CustomerOverviewDocument, type AmountFragment } from './generated/operations.js';

const [url = 'http://127.0.0.1:8000/graphql'] = process.argv.slice(2);

async function ask<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = (await reply.json()) as { data?: Data; errors?: { message: string }[] };
  if (!data) throw new Error(errors?.map((error) => error.message).join('; '));
  return data;
}

const written = (amount: AmountFragment | null | undefined): string =>
  amount ? `${amount.amount} ${amount.currencyCode}` : 'unknown';

const { customer } = await ask(CustomerOverviewDocument, { id: 'C-1001', filter: { isOverdue: true } });
for (const entry of customer?.balances?.entries ?? []) console.log('due', written(entry.due));
for (const invoice of customer?.invoices?.nodes ?? []) console.log(invoice.number, written(invoice.amountDue));
if (customer?.invoices && !customer.invoices.isComplete) console.log('Some sources did not answer.');
