import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect } from 'react';

import { useRun } from './runs.js';

const OPTIONS = { fontSize: 13, lineHeight: 19, lineNumbersMinChars: 3 };

/** Sets the editors up for a laptop's width, with the operation ready to run from the keyboard. Draws nothing. */
export function Editors() {
  const { run, introspect } = useGraphiQLActions();
  const last = useRun();
  const { queryEditor, variableEditor, headerEditor, responseEditor, schema } = useGraphiQL((state) => state);

  useEffect(() => {
    for (const editor of [queryEditor, variableEditor, headerEditor, responseEditor]) editor?.updateOptions(OPTIONS);
  }, [queryEditor, variableEditor, headerEditor, responseEditor]);

  // The explorer panel takes the focus when the schema arrives.
  useEffect(() => queryEditor?.focus(), [queryEditor, schema]);

  // Where the schema was refused for want of a sign-in, the headers typed since may fetch it.
  useEffect(() => {
    if (!schema && (last.state === 'told' || last.state === 'untold')) introspect();
  }, [last, schema, introspect]);

  // GraphiQL listens for this in its editors only.
  useEffect(() => {
    const runFromElsewhere = (event) => {
      const wanted = event.key === 'Enter' && (event.ctrlKey || event.metaKey);
      if (wanted && !event.target.closest('.monaco-editor, [role="dialog"]')) run();
    };
    window.addEventListener('keydown', runFromElsewhere);
    return () => window.removeEventListener('keydown', runFromElsewhere);
  }, [run]);

  return null;
}
