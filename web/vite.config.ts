import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where `vite web` finds the API while somebody works on the pages: a `jifen start` in another window. */
const apiUrl = process.env['JIFEN_URL'] ?? 'http://127.0.0.1:8080'

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react()],
  build: {
    // A picture inlined as a data: address would be refused by the server's content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/v1': apiUrl } },
})
