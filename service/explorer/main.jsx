import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './style.css';

import { explorerPlugin } from '@graphiql/plugin-explorer';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { createRoot } from 'react-dom/client';

import { CallsPanel } from './calls_panel.jsx';
import { Editors } from './editors.jsx';
import { examples } from './examples.js';
import { examplesPlugin } from './examples_panel.jsx';
import icon from './icon.svg';
import { PlanButton } from './plan_button.jsx';
import { explaining } from './runs.js';
import { storageWithoutHeaders } from './storage.js';

// Made once: GraphiQL closes the open panel when it is handed new ones.
const explorer = { ...explorerPlugin(), title: 'Explorer' };
const plugins = [explorer, examplesPlugin, HISTORY_PLUGIN];
const hasRoomForPanel = window.innerWidth >= 1000;
const fetcher = explaining((fetch) =>
  createGraphiQLFetcher({
    url: new URL('graphql', document.baseURI).href,
    enableIncrementalDelivery: true,
    fetch,
  }),
);

createRoot(document.getElementById('explorer')).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={plugins}
    visiblePlugin={hasRoomForPanel ? explorer : undefined}
    defaultTabs={examples.map(({ query }) => ({ query }))}
    defaultEditorToolsVisibility={false}
    shouldPersistHeaders={false}
    showPersistHeadersSettings={false}
    storage={storageWithoutHeaders(localStorage)}
    inputValueDeprecation
    schemaDescription
  >
    <GraphiQL.Logo>
      <h1 className="brand">
        <img src={icon} alt="" width="22" height="22" />
        Invoice graph
      </h1>
    </GraphiQL.Logo>
    <GraphiQL.Toolbar>
      {({ prettify, merge, copy }) => (
        <>
          <PlanButton />
          {prettify}
          {merge}
          {copy}
        </>
      )}
    </GraphiQL.Toolbar>
    <GraphiQL.Footer>
      <CallsPanel />
    </GraphiQL.Footer>
    <Editors />
  </GraphiQL>,
);
