import { defineConfig } from 'vite';

// dist/index.html is the page; dist/explorer/ holds all it loads, every file named by its content's hash.
// Addresses are relative, so that the gateway may be mounted below any path.
export default defineConfig({
  base: './',
  build: {
    assetsDir: 'explorer',
    license: { fileName: 'licenses.md' },
    chunkSizeWarningLimit: 5000, // the editor is one big chunk, and cached for good
    rolldownOptions: {
      checks: { moduleLevelDirective: false }, // "use client" means nothing here
      output: { keepNames: true }, // GraphiQL's icons are titled by their functions' names
    },
    target: 'es2022',
  },
  worker: { format: 'es' },
});
