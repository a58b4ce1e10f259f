import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useRef } from 'react';

import { useRun } from './runs.js';

const OPTIONS = { fontSize: 13, lineHeight: 19, lineNumbersMinChars: 3 };

/** Sets the editors up for a laptop's width, with the operation ready to run from the keyboard. Draws nothing. */
export function Editors() {
  const { run, introspect } = useGraphiQLActions();
  const last = useRun();
  const { queryEditor, variableEditor, headerEditor, responseEditor, schema, isIntrospecting, activeTabIndex } = useGraphiQL(
    (state) => state,
  );
  const answer = useRef('');

  useEffect(() => {
    for (const editor of [queryEditor, variableEditor, headerEditor, responseEditor]) editor?.updateOptions(OPTIONS);
  }, [queryEditor, variableEditor, headerEditor, responseEditor]);

  // The explorer panel takes the focus into one of its fields when the schema arrives, and when another tab opens.
  useEffect(() => queryEditor?.focus(), [queryEditor, schema, activeTabIndex]);

  // Where the schema was refused for want of a sign-in, the headers typed since may fetch it.
  useEffect(() => {
    if (!schema && ['told', 'untold', 'refused'].includes(last.state)) introspect();
  }, [last, schema, introspect]);

  // That fetch, where it is refused again (customers may not introspect), must not take the answer's place.
  useEffect(() => {
    if (isIntrospecting) {
      answer.current = last.state === 'none' ? '' : responseEditor?.getValue();
    } else if (!schema && answer.current) {
      const restore = setTimeout(() => responseEditor?.setValue(answer.current));
      return () => clearTimeout(restore);
    }
  }, [isIntrospecting]);

  // Who opens Variables or Headers is about to type there.
  useEffect(() => {
    const focusOpened = ({ target }) => {
      const opened = target.closest?.('.graphiql-editor-tools button')?.textContent;
      const editor = { Variables: variableEditor, Headers: headerEditor }[opened];
      if (editor) setTimeout(() => editor.focus());
    };
    window.addEventListener('click', focusOpened);
    return () => window.removeEventListener('click', focusOpened);
  }, [variableEditor, headerEditor]);

  // GraphiQL listens for this in its editors only. The explorer panel listens, too; a second run would stop its first.
  useEffect(() => {
    const runFromElsewhere = (event) => {
      const wanted = event.key === 'Enter' && (event.ctrlKey || event.metaKey);
      if (!wanted || event.target.closest('.monaco-editor, [role="dialog"]')) return;
      event.stopPropagation();
      run();
    };
    window.addEventListener('keydown', runFromElsewhere, true);
    return () => window.removeEventListener('keydown', runFromElsewhere, true);
  }, [run]);

  return null;
}
