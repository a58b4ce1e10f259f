// What the last run did upstream, as the gateway tells it in extensions.explain; and the fetcher that asks for it.

import { parse } from 'graphql';
import { useSyncExternalStore } from 'react';

const HEADER = 'x-invoice-graph-explain';

let run = { state: 'none' };
let isPlanWanted = false;
const listeners = new Set();

function tell(next) {
  run = next;
  for (const listener of listeners) listener();
}

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The last run: {state: 'none' | 'running' | 'told' | 'untold' | 'refused' | 'stopped' | 'failed', isPlan, explain, code}. */
export const useRun = () => useSyncExternalStore(subscribe, () => run);

/** Makes a run a plan, which calls nobody; and none of a later one where GraphiQL did not send this one. */
export async function asPlan(run) {
  isPlanWanted = true;
  try {
    await run();
  } finally {
    isPlanWanted = false;
  }
}

/** The answer without what the calls' panel shows. */
function withoutExplain(result, note) {
  const { explain, ...extensions } = result?.extensions ?? {};
  if (!explain) return result;
  note(explain);
  const { extensions: _, ...rest } = result;
  return Object.keys(extensions).length ? { ...rest, extensions } : rest;
}

/** The code by which a request was refused before anything ran, or undefined. */
function refusal(result) {
  const began = !result?.errors || 'data' in result || 'hasNext' in result;
  return began ? undefined : result.errors[0]?.extensions?.code;
}

/** The request for the text's one operation: the editor learns of its name a moment after the text has changed. */
function ofItsText(params) {
  try {
    const operations = parse(params.query).definitions.filter((one) => one.kind === 'OperationDefinition');
    return operations.length === 1 ? { ...params, operationName: operations[0].name?.value } : params;
  } catch {
    return params; // the gateway says what is wrong with it
  }
}

/** A fetcher that has every run explained, and the request of a stopped one cut; the schema's own query is left alone. */
export const explaining = (fetcherWith) => (params, options) => {
  if (params.operationName === 'IntrospectionQuery') return fetcherWith(fetch)(params, options);
  const stopping = new AbortController();
  const { signal } = stopping;
  const fetcher = fetcherWith((url, init) => fetch(url, { ...init, signal }));
  const isPlan = isPlanWanted;
  isPlanWanted = false;
  const before = run.explain;
  tell({ state: 'running', isPlan, explain: before });
  const headers = { ...options?.headers, [HEADER]: isPlan ? 'plan' : '1' };
  let explain = null;
  let code;
  let isWhole = false;
  const note = (told) => {
    explain = told;
  };

  async function* parts() {
    try {
      for await (const part of await fetcher(ofItsText(params), { ...options, headers })) {
        code ??= refusal(part);
        yield Array.isArray(part) ? part.map((one) => withoutExplain(one, note)) : withoutExplain(part, note);
      }
      isWhole = true;
    } catch (error) {
      if (!signal.aborted) throw { message: error.message }; // as it is, GraphiQL would show its stack
    } finally {
      if (signal.aborted) tell({ state: 'stopped', isPlan });
      else if (explain) tell({ state: 'told', isPlan, explain });
      else if (code) tell({ state: 'refused', isPlan, code });
      else tell({ state: isWhole ? 'untold' : 'failed', isPlan });
    }
  }

  const answer = parts();
  return {
    next: () => answer.next(),
    return() {
      stopping.abort(); // or it would wait for the next part before it ends
      return answer.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};
