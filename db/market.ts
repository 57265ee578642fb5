import type { Reader } from '#db/connection.ts'

/** What this deployment is: fixed when its database was first migrated. */
export type Market = {
  readonly currency: string
  readonly minorDigits: number
  readonly zone: string
  readonly preset: string
}

/** Reads the one market of the database. */
export async function readMarket(db: Reader): Promise<Market> {
  const row = await db.selectFrom('jifen.market').selectAll().executeTakeFirstOrThrow()
  const { currency, zone, preset } = row
  return { currency, minorDigits: row.minor_digits, zone, preset }
}
