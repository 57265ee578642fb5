import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format } from 'prettier'
import type { Database } from '#db/connection.ts'
import { buildServer } from '#http/server.ts'
import { realClock } from '#operations/clock.ts'

const goldenFile = fileURLToPath(new URL('../http/openapi.json', import.meta.url))

process.exitCode = await main(process.argv.includes('--check'))

/** Writes http/openapi.json, the description of every route; `--check` only compares. */
async function main(checkOnly: boolean): Promise<number> {
  const description = await describeServer()
  const golden = readFileSync(goldenFile, { encoding: 'utf8', flag: 'a+' })
  if (golden === description) return 0

  if (!checkOnly) {
    writeFileSync(goldenFile, description)
    return 0
  }
  console.error('http/openapi.json is not what the routes say: run "npm run openapi".')
  return 1
}

/** The description, from a server that has no database: routes are described without being asked. */
async function describeServer(): Promise<string> {
  const http = await buildServer({
    db: {} as Database,
    policies: {
      at: () => undefined,
      version: () => undefined,
      names: () => [],
      family: () => new Map(),
      changes: () => 0,
      refresh: async () => {},
      close: () => {},
    },
    market: { currency: 'CNY', minorDigits: 2, zone: 'Asia/Shanghai', preset: 'tmall-2017' },
    clock: realClock(),
    auth: { issuers: [], https: false },
  })
  const description = JSON.stringify(http.swagger())
  await http.close()
  return await format(description, { parser: 'json', printWidth: 100 })
}
