import { ToolbarButton, useGraphiQL, useGraphiQLActions } from '@graphiql/react';

import { asPlan } from './runs.js';

/** Asks what the operation would call; nobody is called. */
export function PlanButton() {
  const { run } = useGraphiQLActions();
  const isFetching = useGraphiQL((state) => state.isFetching);

  const plan = () => {
    if (!isFetching) asPlan(run);
  };

  return (
    <ToolbarButton label="Plan: what would be called" onClick={plan}>
      <svg className="graphiql-toolbar-icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
        <path d="M4 4.5h2M4 10h2M4 15.5h2M9 4.5h7M9 10h7M9 15.5h7" strokeLinecap="round" strokeDasharray="0" />
      </svg>
    </ToolbarButton>
  );
}
