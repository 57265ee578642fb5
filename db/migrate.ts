import { fileURLToPath } from 'node:url'
import { runner } from 'node-pg-migrate'
import pg from 'pg'

const directory = fileURLToPath(new URL('migrations', import.meta.url))

/** What a market is, once and for all. */
export type MarketRow = {
  readonly currency: string
  readonly minorDigits: number
  readonly zone: string
  readonly preset: string
}

/** One policy of the preset, as it is put into a new market. */
export type PresetPolicy = { readonly name: string; readonly body: string }

/** The database already belongs to a market of another currency or zone. */
export class OtherMarket extends Error {
  override readonly name = 'OtherMarket'
}

/**
 * Brings the schema up to date and, in a new database, writes the market and its preset policies.
 * Several programs may call it at once: one works, the others wait. Running it again changes
 * nothing. A `market` that differs from the recorded one throws `OtherMarket`.
 */
export async function migrate(
  url: string,
  market: MarketRow | undefined,
  preset: readonly PresetPolicy[],
  at: Temporal.Instant,
): Promise<{ readonly applied: readonly string[] }> {
  const client = new pg.Client({ connectionString: url, application_name: 'jifen migrate' })
  await client.connect()
  try {
    const ran = await runner({
      dbClient: client,
      dir: directory,
      direction: 'up',
      migrationsTable: 'migration',
      migrationsSchema: 'jifen',
      createMigrationsSchema: true,
      createSchema: true,
      schema: 'jifen',
      advisoryLockMode: 'wait',
      log: () => undefined,
    })
    await founding(client, market, preset, at)
    return { applied: ran.map((each) => each.name) }
  } finally {
    await client.end()
  }
}

async function founding(
  client: pg.Client,
  market: MarketRow | undefined,
  preset: readonly PresetPolicy[],
  at: Temporal.Instant,
): Promise<void> {
  const wanted = market ?? { currency: 'CNY', minorDigits: 2, zone: 'Asia/Shanghai', preset: '' }
  await client.query('begin')
  const made = await client.query(
    `insert into jifen.market (currency, minor_digits, zone, preset, created_at)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [wanted.currency, wanted.minorDigits, wanted.zone, wanted.preset, at.toString()],
  )
  if (made.rowCount === 1) await installPreset(client, preset, at)
  await client.query('commit')
  if (made.rowCount === 0 && market !== undefined) await refuseOther(client, market)
}

/** Preset policies hold from the beginning of time, so that facts of any date find their rules. */
async function installPreset(
  client: pg.Client,
  preset: readonly PresetPolicy[],
  at: Temporal.Instant,
): Promise<void> {
  await client.query(
    `insert into jifen.policy
       (name, version, status, body, note, author, drafted_at, approver, approved_at, effective_at)
     select name, 1, 'approved', body, 'as the market was founded', 'preset', $3, 'founders', $3,
       '0001-01-01T00:00:00Z'
     from unnest($1::text[], $2::json[]) as preset (name, body)`,
    [preset.map((each) => each.name), preset.map((each) => each.body), at.toString()],
  )
}

async function refuseOther(client: pg.Client, market: MarketRow): Promise<void> {
  const found = await client.query<{ currency: string; zone: string }>(
    'select currency, zone from jifen.market',
  )
  const [row] = found.rows
  if (row === undefined || (row.currency === market.currency && row.zone === market.zone)) return
  throw new OtherMarket(
    `This database is a market in ${row.currency}, ${row.zone}; currency and zone are fixed when a database is first migrated, so ${market.currency}, ${market.zone} needs a database of its own.`,
  )
}
