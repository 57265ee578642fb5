#!/usr/bin/env node
// The `jifen` command of this checkout: `npx jifen decide earn < order.json`.
import { fileURLToPath } from 'node:url'

process.argv.splice(2, 0, fileURLToPath(new URL('../cli/main.ts', import.meta.url)))
await import('./node26.mjs')
