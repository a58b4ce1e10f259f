import { useState } from 'react';

import { useRun } from './runs.js';

const count = (number, word) => `${number} ${word}${number === 1 ? '' : 's'}`;
const milliseconds = (number) => `${number < 10 ? number.toFixed(1) : Math.round(number)} ms`;

/** How the calls compare with the plan, which takes a list for long that nobody has read lately. */
function comparison(made, planned) {
  if (made === planned) return ' as planned';
  return made < planned ? `, at most ${planned} planned` : `, ${planned} planned`;
}

/** What was called upstream in the last run, or would be: a line for each call, below the answer. */
export function CallsPanel() {
  const run = useRun();
  const [isOpen, setOpen] = useState(true);
  const calls = run.isPlan ? run.explain?.plan : run.explain?.calls;

  return (
    <section className="calls" aria-label="Upstream calls" aria-busy={run.state === 'running'}>
      <header>
        <button type="button" className="graphiql-un-styled" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <span className="calls-arrow" aria-hidden="true" />
          Upstream calls
        </button>
        <Summary run={run} />
      </header>
      {isOpen && calls?.length > 0 && <Calls calls={calls} isPlan={run.isPlan} total={run.explain.milliseconds} />}
    </section>
  );
}

function Summary({ run }) {
  if (run.state === 'none') return <p>Run the operation, and each call that it makes is listed here.</p>;
  if (run.state === 'untold') return <p>You may not see what was called (graph.explain).</p>;
  if (run.state === 'stopped') return <p>Stopped before the answer was whole.</p>;
  if (run.state === 'failed') return <p>The gateway did not answer, or not to the end.</p>;
  if (run.code === 'UNAUTHENTICATED') return <p>{'Write {"Authorization": "Bearer TOKEN"} under Headers, and run again.'}</p>;
  if (run.state === 'refused') return <p>Nothing was called. The answer says why.</p>;
  if (!run.explain) return <p>Asking…</p>;
  const { plannedCalls, upstreamCalls, unplannedCalls, callBudget, milliseconds: total } = run.explain;
  if (run.isPlan) {
    return (
      <p>
        <b>{plannedCalls}</b> planned of {callBudget} allowed. Nobody was called.
      </p>
    );
  }
  const made = upstreamCalls - unplannedCalls;
  return (
    <p>
      <b>{made}</b>
      {plannedCalls !== null && comparison(made, plannedCalls)}
      {unplannedCalls > 0 && `, ${unplannedCalls} for logins and the like`}
      {', in '}
      <b>{milliseconds(total)}</b>
    </p>
  );
}

function Calls({ calls, isPlan, total }) {
  const ordered = isPlan ? calls : [...calls].sort((one, other) => one.startMilliseconds - other.startMilliseconds);
  return (
    <div className="calls-list" tabIndex={0} role="region" aria-label="List of upstream calls">
      <table>
        <thead>
          <tr>
            <th scope="col">Source</th>
            <th scope="col">Operation</th>
            <th scope="col" className="calls-number">
              Rows
            </th>
            {!isPlan && <th scope="col" className="calls-when">Time</th>}
          </tr>
        </thead>
        <tbody>
          {ordered.map((call, index) => (
            <Call key={index} call={call} isPlan={isPlan} total={total} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Call({ call, isPlan, total }) {
  return (
    <tr title={details(call)}>
      <td>{call.source}</td>
      <td>
        <div className="calls-operation">
          <code>{call.operation}</code>
          <Marks call={call} isPlan={isPlan} />
        </div>
      </td>
      <td className="calls-number">{call.rows ?? (isPlan ? '?' : '–')}</td>
      {!isPlan && (
        <td className="calls-when">
          <div>
            <Bar call={call} total={total} />
            <span className="calls-number">{call.attempts ? milliseconds(call.milliseconds) : '–'}</span>
          </div>
        </td>
      )}
    </tr>
  );
}

function Bar({ call, total }) {
  const percent = (part) => `${Math.min(100, (100 * part) / Math.max(total, 1))}%`;
  return (
    <svg className="calls-bar" aria-hidden="true">
      <rect className="calls-track" width="100%" height="100%" rx="2" />
      <rect
        className={call.outcome === 'OK' ? 'calls-span' : 'calls-span calls-failed'}
        x={percent(call.startMilliseconds)}
        width={percent(Math.max(call.milliseconds, total / 100))}
        height="100%"
        rx="2"
      />
    </svg>
  );
}

/** What is out of the ordinary about a call. */
function Marks({ call, isPlan }) {
  const marks = [];
  if (call.page > 1) marks.push([`page ${call.page}`]);
  if (call.ids > 1) marks.push([count(call.ids, 'id')]);
  if (call.cacheStatus === 'HIT') marks.push(['cached', 'good']);
  if (call.cacheStatus === 'STALE') marks.push(['stale copy', 'bad']);
  if (call.shared) marks.push(['shared', 'good']);
  if (!isPlan && !call.planned && call.attempts > 0) marks.push(['not planned']);
  if (call.attempts > 1) marks.push([`${call.attempts} tries`, 'bad']);
  if (!isPlan && call.outcome !== 'OK') marks.push([call.outcome.replace('SOURCE_', '').replaceAll('_', ' ').toLowerCase(), 'bad']);
  return marks.map(([text, kind]) => (
    <span key={text} className={`calls-mark ${kind ?? ''}`}>
      {text}
    </span>
  ));
}

function details(call) {
  return [
    call.operation,
    call.account && `Account ${call.account}`,
    call.fields.length > 0 && `Fields: ${call.fields.join(', ')}`,
    call.status && `Status ${call.status}, ${count(call.receivedBytes, 'byte')}`,
  ]
    .filter(Boolean)
    .join('\n');
}
