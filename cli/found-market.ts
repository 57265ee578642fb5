import { loadMarket, loadPreset } from '#cli/presets.ts'
import { connect } from '#db/connection.ts'
import { isFounded } from '#db/is-founded.ts'
import { migrate } from '#db/migrate.ts'

/** The market of a new database when nothing is said about it. */
const usualMarket = {
  currency: 'CNY',
  minorDigits: 2,
  zone: 'Asia/Shanghai',
  preset: 'tmall-2017',
}

export type Founded = { readonly applied: readonly string[]; readonly isNew: boolean }

/**
 * Brings a database up to date and founds its market when it is new: that of a market file, else the
 * usual one. Throws `OtherMarket` when the file speaks of another market than the database is.
 */
export async function foundMarket(
  url: string,
  marketFile: string | undefined,
  at: Temporal.Instant,
): Promise<Founded> {
  const isThere = await wasFounded(url)
  if (marketFile !== undefined) {
    const { market, policies } = await loadMarket(marketFile)
    return { ...(await migrate(url, market, bodiesOf(policies), at)), isNew: !isThere }
  }
  if (isThere) return { ...(await migrate(url, undefined, [], at)), isNew: false }

  const { policies } = await loadPreset(usualMarket.preset)
  return { ...(await migrate(url, usualMarket, bodiesOf(policies), at)), isNew: true }
}

async function wasFounded(url: string): Promise<boolean> {
  const db = connect(url, { as: 'owner', size: 1 })
  try {
    return await isFounded(db)
  } finally {
    await db.destroy()
  }
}

function bodiesOf(policies: Readonly<Record<string, unknown>>): { name: string; body: string }[] {
  return Object.entries(policies).map(([name, body]) => ({ name, body: JSON.stringify(body) }))
}
