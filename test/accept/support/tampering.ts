import type pg from 'pg'
import type { Random } from '#test/accept/support/random.ts'

/** Somebody with all rights at the database changes the books of one member. */
export type Tampering = {
  readonly name: string
  /** Does it; tells the `seq` that must be named, `undefined` where any of the wallet will do. */
  readonly tamper: (victim: Victim) => Promise<number | undefined>
}

export type Victim = {
  readonly database: pg.Client
  readonly memberId: string
  /** How many entries the wallet has. */
  readonly length: number
  readonly random: Random
}

/** What can be done to an entry or a transfer, column by column. */
const changes = [
  "entry set kind = kind || 'x'",
  "entry set ref = ref || 'x'",
  "entry set of_ref = coalesce(of_ref, '') || 'x'",
  "entry set fingerprint = fingerprint || 'x'",
  'entry set amount = amount + 1',
  "entry set outcome = case outcome when 'done' then 'refused' else 'done' end",
  `entry set answer = replace(answer::text, '"seq":', '"seq": ')::json`,
  `entry set cause = '{"type":"gift"}'`,
  "entry set actor = 'service:nobody'",
  "entry set policies = 'points@2'",
  "entry set occurred_at = occurred_at + interval '1 millisecond'",
  "entry set booked_at = booked_at + interval '1 millisecond'",
  'entry set prev_hash = sha256(prev_hash)',
  'entry set hash = sha256(hash)',
  'transfer set amount = amount + 1',
  "transfer set credit = 'clawed'",
  "transfer set debit = 'expired'",
  'transfer set lot_id = lot_id + 1',
  'transfer set to_lot_id = to_lot_id + 1',
]

/** What can be done to the rows that are kept beside the entries. */
const changesBeside = [
  'wallet set available = available + 1',
  'wallet set pending = pending + 1',
  'wallet set held = held + 1',
  'wallet set head_hash = sha256(head_hash)',
  'wallet set last_lot_id = last_lot_id + 1',
  "wallet set status = 'sealed'",
  "wallet set last_at = last_at - interval '1 second'",
  "wallet set next_due = next_due + interval '1 second'",
  "lot set expires_at = expires_at + interval '1 year' where lot_id = 1 and",
  "lot set active_at = active_at + interval '1 year' where lot_id = 1 and",
  "lot set funder = 'shop:other' where lot_id = 1 and",
  "lot set ref = 'other' where lot_id = 1 and",
  "lot set target = 'other' where lot_id = 1 and",
  'lot set amount = amount + 1 where lot_id = 1 and',
  'lot set mergeable = not mergeable where lot_id = 1 and',
  "hold set expires_at = expires_at + interval '1 year' where open and",
  'hold set amount = amount + 1 where open and',
  'hold_lot set amount = amount + 1 where remaining > 0 and',
  'lot set available = available + 1, open = true where lot_id = 1 and',
  'lot set expired = expired + 1 where lot_id = 1 and',
  'lot set held = held + 1, open = true where lot_id = 1 and',
  'hold set remaining = remaining - 1, open = remaining > 1 where open and',
  'hold_lot set remaining = remaining - 1 where remaining > 0 and',
]

export const tamperings: Readonly<Record<string, readonly Tampering[]>> = {
  change: [
    ...changes.map((change) => ({
      name: change,
      tamper: async (victim: Victim) => {
        const seq = someSeq(victim)
        await run(victim, `update jifen.${change} where member_id = $1 and seq = ${seq}`)
        return seq
      },
    })),
    ...changesBeside.map((change) => ({
      name: change,
      tamper: async (victim: Victim) => {
        const where = change.includes(' where ') ? '' : ' where'
        await run(victim, `update jifen.${change}${where} member_id = $1`)
        return undefined
      },
    })),
  ],
  delete: [
    ...['entry', 'transfer', 'outbox'].map((table) => ({
      name: table,
      tamper: async (victim: Victim) => {
        const seq = someSeq(victim)
        await run(victim, `delete from jifen.${table} where member_id = $1 and seq = ${seq}`)
        return seq
      },
    })),
    ...['lot where lot_id = 1', 'hold where open', 'hold_lot where remaining > 0'].map((rows) => ({
      name: rows,
      tamper: async (victim: Victim) => {
        await run(victim, `delete from jifen.${rows} and member_id = $1`)
        return undefined
      },
    })),
  ],
  insert: [
    {
      name: 'an entry at the end',
      tamper: async (victim) => {
        await run(victim, entryAtEnd)
        await run(
          victim,
          `insert into jifen.outbox select member_id, program, unit, seq
          from jifen.entry where member_id = $1 and seq = ${victim.length + 1}`,
        )
        return victim.length + 1
      },
    },
    {
      name: 'a transfer',
      tamper: async (victim) => {
        const seq = someSeq(victim)
        await run(
          victim,
          `insert into jifen.transfer values
          ($1, 'platform', 'points', ${seq}, 90, 1, 1, 'issued', 'available', 5)`,
        )
        return seq
      },
    },
    {
      name: 'a lot',
      tamper: async (victim) => {
        await run(
          victim,
          `insert into jifen.lot select member_id, program, unit, 99, origin, ref,
          funder, target, 5, 5, 0, 0, 0, active_at, expires_at, mergeable, null, true
          from jifen.lot where member_id = $1 and lot_id = 1`,
        )
        return victim.length
      },
    },
    {
      name: 'a hold',
      tamper: async (victim) => {
        await run(
          victim,
          `insert into jifen.hold values
          ($1, 'platform', 'points', 'forged', 5, 5, null, true)`,
        )
        return victim.length
      },
    },
  ],
  cut: [
    {
      name: 'the last entries, clumsily',
      tamper: async (victim) => {
        const first = victim.random.int(2, victim.length)
        for (const table of ['entry', 'transfer', 'outbox']) {
          await run(victim, `delete from jifen.${table} where member_id = $1 and seq >= ${first}`)
        }
        return first
      },
    },
    {
      name: 'the last entries, so that the rest is right',
      tamper: async (victim) => {
        await putBack(victim.database, 'early', [victim.memberId])
        // Only the anchor knows better, and it knows the last entry.
        return victim.length
      },
    },
  ],
  reorder: [
    {
      name: 'two entries',
      tamper: async (victim) => {
        const first = victim.random.int(1, victim.length - 1)
        await swap(victim, 'entry', first, victim.random.int(first + 1, victim.length))
        return first
      },
    },
    {
      name: 'the transfers of two entries',
      tamper: async (victim) => {
        // Neighbours are of different kinds: else nothing might be changed by it.
        const first = victim.random.int(1, victim.length - 1)
        await swap(victim, 'transfer', first, first + 1)
        return first
      },
    },
  ],
}

const tables = ['wallet', 'lot', 'entry', 'transfer', 'hold', 'hold_lot', 'outbox']

/** Keeps a copy of all books under a name. */
export async function keepBooks(database: pg.Client, name: string): Promise<void> {
  await database.query(`create schema ${name}`)
  for (const table of tables) {
    await database.query(`create table ${name}.${table} as table jifen.${table}`)
    await database.query(`create index on ${name}.${table} (member_id)`)
  }
}

/** Puts the books of members back as they were kept under a name. */
export async function putBack(
  database: pg.Client,
  name: string,
  memberIds: readonly string[],
): Promise<void> {
  for (const table of tables) {
    await database.query(`delete from jifen.${table} where member_id = any($1)`, [memberIds])
    await database.query(
      `insert into jifen.${table} select * from ${name}.${table} where member_id = any($1)`,
      [memberIds],
    )
  }
}

/** Every entry of these books has transfers. */
function someSeq(victim: Victim): number {
  return victim.random.int(1, victim.length)
}

async function swap(victim: Victim, table: string, first: number, second: number): Promise<void> {
  const move = (from: number, to: number): string =>
    `update jifen.${table} set seq = ${to} where member_id = $1 and seq = ${from}`
  await run(victim, move(first, -1))
  await run(victim, move(second, first))
  await run(victim, move(-1, second))
}

async function run({ database, memberId }: Victim, statement: string): Promise<void> {
  const done = await database.query(statement, [memberId])
  if (done.rowCount === 0) throw new Error(`nothing was tampered with by: ${statement}`)
}

/** The last entry once more, chained to itself. */
const entryAtEnd = `
  insert into jifen.entry
  select member_id, program, unit, seq + 1, kind, 'forged', null, fingerprint, amount, outcome,
    answer, cause, actor, policies, occurred_at, booked_at, hash, sha256(hash)
  from jifen.entry
  where member_id = $1
  order by seq desc
  limit 1`
