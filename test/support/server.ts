import { existsSync, mkdtempSync, readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { runningIn } from '#cli/postgres/lock.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import { discardPostgres, startPostgres } from '#cli/postgres/start-postgres.ts'
import { loadPreset } from '#cli/presets.ts'
import { migrate } from '#db/migrate.ts'

/** A PostgreSQL for tests: fast, thrown away by `stop`. Its template database is a market. */
export type TestServer = { readonly url: string; readonly stop: () => Promise<void> }

/** The database that every test database is a copy of: migrated, a market of the preset below. */
export const templateName = 'jifen_template'

const presetName = 'tmall-2017'

const homePrefix = 'jifen-test-'

/** When the market of the template was founded: before anything that a test lets happen. */
const foundedAt = Temporal.Instant.from('2009-01-01T00:00:00+08:00')

/** Starts a server in the temporary folder, or uses the one that JIFEN_TEST_SERVER_URL names. */
export async function startTestServer(): Promise<TestServer> {
  const given = process.env['JIFEN_TEST_SERVER_URL']
  if (given !== undefined) {
    await makeTemplate(given)
    return { url: given, stop: async () => {} }
  }

  await discardLeftovers()
  const home = mkdtempSync(join(tmpdir(), homePrefix))
  const postgres = await startPostgres({ home, throwAway: true })
  try {
    await makeTemplate(postgres.superuserUrl)
  } catch (error) {
    await postgres.stop()
    throw error
  }
  return { url: postgres.superuserUrl, stop: postgres.stop }
}

/** Runs one statement as superuser. */
export async function runStatement(url: string, statement: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await client.query(statement)
  } finally {
    await client.end()
  }
}

/** The URL of another database of the same server. */
export function urlOfDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

async function makeTemplate(serverUrl: string): Promise<void> {
  const found = await runStatement(
    serverUrl,
    `select from pg_database where datname = '${templateName}' and datistemplate`,
  )
  if (found.rowCount === 1) return

  await runStatement(serverUrl, `drop database if exists ${templateName} with (force)`)
  await runStatement(serverUrl, `create database ${templateName}`)
  await foundMarket(urlOfDatabase(serverUrl, templateName))
  await runStatement(serverUrl, `alter database ${templateName} with is_template true`)
}

async function foundMarket(url: string): Promise<void> {
  const preset = await loadPreset(presetName)
  const policies = Object.entries(preset.policies).map(([name, body]) => ({
    name,
    body: JSON.stringify(body),
  }))
  const market = { currency: 'CNY', minorDigits: 2, zone: 'Asia/Shanghai', preset: presetName }
  await migrate(url, market, policies, foundedAt)
}

/** Removes the servers of earlier runs that were killed before they could clean up. */
async function discardLeftovers(): Promise<void> {
  const homes = readdirSync(tmpdir())
    .filter((name) => name.startsWith(homePrefix))
    .map((name) => join(tmpdir(), name))
    .filter((home) => existsSync(join(home, 'lock')) && runningIn(home) === undefined)
    .filter((home) => statSync(home).uid === process.getuid?.())
  for (const home of homes) {
    try {
      await discardPostgres(home)
    } catch (error) {
      // Another run is clearing the same leftover.
      if (!(error instanceof StartError)) throw error
    }
  }
}
