// Starts GraphiQL on this server. It is a file of its own because the page's policy lets no script in the page run.
'use strict';

const place = document.getElementById('explorer');

if (typeof GraphiQL === 'undefined') {
  place.textContent =
    'GraphiQL could not be loaded. This server was built without it, and the network gives no access to the CDN.';
} else {
  // GraphiQL makes one style sheet while it runs; the page's policy asks for this to be on it.
  globalThis.__webpack_nonce__ = document.currentScript.nonce;
  const welcome = document.getElementById('welcome').content.textContent;
  const explorer = React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: location.pathname }),
    defaultQuery: welcome,
    defaultEditorToolsVisibility: false,
    inputValueDeprecation: true,
    schemaDescription: true,
  });
  ReactDOM.createRoot(place).render(explorer);
}
