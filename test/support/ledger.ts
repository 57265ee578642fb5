import { sql } from 'kysely'
import { connect, type Database } from '#db/connection.ts'
import { transact } from '#operations/_transact.ts'
import { postCommands, type WalletCommand } from '#operations/ledger/post-commands.ts'
import type { TimedCommand } from '#rules/ledger/post.ts'
import type { Answer, Hold, Lot, Wallet, WalletKey } from '#rules/ledger/wallet.ts'
import { testDatabase } from '#test/support/database.ts'

/** A database of books for one test file: the application's pool, the owner's, and how to end both. */
export type TestBooks = {
  readonly url: string
  readonly db: Database
  /** Superuser: what nobody should be able to do. */
  readonly owner: Database
  readonly close: () => Promise<void>
}

/** Opens a fresh database with `size` connections of the application. */
export async function openBooks(size = 8): Promise<TestBooks> {
  const database = await testDatabase()
  const db = connect(database.url, { as: 'application', size })
  const owner = connect(database.url, { as: 'owner', size: 2 })
  const close = async (): Promise<void> => {
    await Promise.all([db.destroy(), owner.destroy()])
    await database.drop()
  }
  return { url: database.url, db, owner, close }
}

/** A member's platform points. */
export function pointsOf(memberId: string): WalletKey {
  return { memberId, program: 'platform', unit: 'points' }
}

/** Commands as addressed to one wallet. */
export function to(key: WalletKey, commands: readonly TimedCommand[]): WalletCommand[] {
  return commands.map((command) => ({ ...command, key }))
}

/** Posts commands in one transaction. */
export async function post(
  db: Database,
  commands: readonly WalletCommand[],
): Promise<readonly Answer[]> {
  return await transact(db, (tx) => postCommands(tx, commands))
}

/** All that is kept of a wallet: its row, every lot and every hold, open or not. */
export type KeptWallet = {
  readonly wallet: Wallet
  readonly lots: readonly Lot[]
  readonly holds: readonly Hold[]
}

/** Reads a wallet as it is kept, by statements of the test's own; `undefined`: there is none. */
export async function keptWallet(db: Database, key: WalletKey): Promise<KeptWallet | undefined> {
  const where = sql`member_id = ${key.memberId} and program = ${key.program} and unit = ${key.unit}`
  const wallets = await sql<Wallet>`
    select available, pending, held, debt, seq, last_lot_id as "lastLotId", status,
      last_at as "lastAt", next_due as "nextDue"
    from jifen.wallet where ${where}
  `.execute(db)
  const lots = await sql<Lot>`
    select lot_id as "lotId", origin, ref, funder, target, amount, available, pending, held, expired,
      active_at as "activeAt", expires_at as "expiresAt", mergeable, merged_into as "mergedInto"
    from jifen.lot where ${where} order by lot_id
  `.execute(db)
  const holds = await sql<Omit<Hold, 'lots'>>`
    select ref, amount, remaining as left, expires_at as "expiresAt"
    from jifen.hold where ${where} order by ref
  `.execute(db)
  const pins = await sql<{ ref: string; lotId: number; amount: number; left: number }>`
    select ref, lot_id as "lotId", amount, remaining as left
    from jifen.hold_lot where ${where} order by ref, lot_id
  `.execute(db)
  const [wallet] = wallets.rows
  if (wallet === undefined) return undefined
  return {
    wallet,
    lots: lots.rows,
    holds: holds.rows.map((hold) => ({
      ...hold,
      lots: pins.rows
        .filter((pin) => pin.ref === hold.ref)
        .map(({ lotId, amount, left }) => ({ lotId, amount, left })) as unknown as Hold['lots'],
    })),
  }
}
