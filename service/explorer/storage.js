// The browser's storage, but for request headers: they carry the caller's token. GraphiQL keeps them out of its
// tabs when asked to, but not out of its history.

const HOLD_HEADERS = new Set(['graphiql:tabState', 'graphiql:queries', 'graphiql:favorites']);

const withoutHeaders = (key, value) => (key === 'headers' ? undefined : value);

export function storageWithoutHeaders(storage) {
  const ours = () => Object.keys(storage).filter((key) => key.startsWith('graphiql:'));
  return {
    get length() {
      return ours().length;
    },
    clear: () => ours().forEach((key) => storage.removeItem(key)),
    getItem: (key) => storage.getItem(key),
    removeItem: (key) => storage.removeItem(key),
    setItem(key, value) {
      if (key === 'graphiql:headers') return;
      storage.setItem(key, HOLD_HEADERS.has(key) ? JSON.stringify(JSON.parse(value), withoutHeaders) : value);
    },
  };
}
