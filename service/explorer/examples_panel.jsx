import { isMacOs, useGraphiQL, useGraphiQLActions } from '@graphiql/react';

import { examples } from './examples.js';

/** Whether panels lie over the editor, as style.css lays them on a phone. */
const isOverTheEditor = () => window.matchMedia('(max-width: 720px)').matches;

/** The text, with what stands between backticks as code. */
const withCode = (text) => text.split('`').map((part, index) => (index % 2 ? <code key={index}>{part}</code> : part));

/** Lists the worked examples, so that one comes back after its tab was closed or changed. */
function ExamplesPanel() {
  const { addTab, changeTab, setVisiblePlugin } = useGraphiQLActions();
  const { queryEditor, tabs } = useGraphiQL(({ queryEditor, tabs }) => ({ queryEditor, tabs }));

  const open = (query) => {
    const index = tabs.findIndex((tab) => tab.query === query);
    if (index >= 0) {
      changeTab(index);
    } else {
      addTab();
      queryEditor.setValue(query);
    }
    if (isOverTheEditor()) setVisiblePlugin(null);
    queryEditor.focus();
  };

  return (
    <section aria-label="Examples">
      <h1 className="examples-title">Examples</h1>
      <p className="examples-hint">Pick one, then {isMacOs ? '⌘' : 'Ctrl'}-Enter runs it.</p>
      <ul className="examples">
        {examples.map(({ title, about, query }) => (
          <li key={title}>
            <button type="button" className="graphiql-un-styled" onClick={() => open(query)}>
              <strong>{title}</strong>
              <span>{withCode(about)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function ExamplesIcon() {
  const book = 'M12 6.5C10 5 7 4.5 3.5 4.5v13c3.5 0 6.5.5 8.5 2 2-1.5 5-2 8.5-2v-13C17 4.5 14 5 12 6.5zM12 6.5v13';
  return (
    <svg viewBox="0 0 24 24" width="1em" height="1em" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d={book} strokeLinejoin="round" />
    </svg>
  );
}

export const examplesPlugin = { title: 'Examples', icon: ExamplesIcon, content: ExamplesPanel };
