import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { settleDue } from '#operations/ledger/settle-due.ts'
import { verifyBooks } from '#operations/ledger/verify-books.ts'
import type { WalletKey } from '#rules/ledger/wallet.ts'
import { atMs, timed } from '#test/rules/ledger/any-commands.ts'
import { commandOf } from '#test/rules/ledger/told-history.ts'
import { openBooks, pointsOf, post, to } from '#test/support/ledger.ts'

const books = await openBooks()
after(books.close)

/** A bit of everything: merged, pending, lapsed, kept for something, held, captured, given back. */
const history = `
    0 | earn a 50 till 400 merge
    0 | earn b 30 from 5 till 400 merge
    0 | earn c 20 till 20
    0 | earn d 5 from 500
    0 | earn e 8 till 300 for shoes
    1 | hold h 24 till 450
    2 | capture ch h 4
    3 | hold i 3 till 90
    4 | release r i
    6 | spend s 15
    6 | spend t 9000
    7 | capture ci h 10
   30 | giveBack g ci 6 grace 200
   31 | giveBack k s 5
   32 | clawBack l c 2
   33 | hold j 2
`

const victim = pointsOf('victim')
const tables = ['entry', 'transfer', 'lot', 'wallet', 'hold', 'hold_lot', 'outbox'] as const

before(async () => {
  await run(`insert into jifen.member (member_id, joined_at, created_at)
    values ('victim', now(), now()), ('bystander', now(), now())`)
  for (const key of [pointsOf('bystander'), victim, { ...victim, unit: 'coins' }]) {
    await tell(key, history)
  }
  // A superuser can do without them, so they must not be what finds the faults.
  const checks = await sql<{ table: string; name: string }>`
    select conrelid::regclass::text as table, conname as name
    from pg_constraint
    where contype = 'c' and connamespace = 'jifen'::regnamespace
  `.execute(books.owner)
  for (const { table, name } of checks.rows) {
    await run(`alter table ${table} drop constraint ${name}`)
  }
  for (const table of tables) await run(`create table kept_${table} as table jifen.${table}`)
})

async function tell(key: WalletKey, told: string): Promise<void> {
  for (const row of told.trim().split('\n')) {
    const [ms = '', command = ''] = row.split('|').map((each) => each.trim())
    await post(books.db, to(key, [timed(commandOf(command), atMs(Number(ms)))]))
  }
}

async function run(statement: string): Promise<number> {
  return Number((await sql.raw(statement).execute(books.owner)).numAffectedRows ?? 0)
}

async function restore(): Promise<void> {
  for (const table of tables) {
    await run(`truncate jifen.${table}`)
    await run(`insert into jifen.${table} select * from kept_${table}`)
  }
}

/** Plants faults one after the other; each must be found in the victim's wallet, at `seq` if given. */
async function plant(
  faults: readonly (readonly [statement: string, seq?: number])[],
): Promise<void> {
  for (const [statement, seq] of faults) {
    equal((await run(statement)) > 0, true, `nothing happened: ${statement}`)
    const all = (await verifyBooks(books.db)).faults
    const members = (await verifyBooks(books.db, { memberId: 'victim' })).faults
    await restore()
    for (const found of [all, members]) {
      const own = found.filter((each) => each.member_id === 'victim' && each.unit === 'points')
      const at = own.map((each) => each.seq)
      equal(
        at.length > 0 && (seq === undefined || at.includes(seq)),
        true,
        `${statement}: ${at.join()}`,
      )
    }
    equal(
      all.some((each) => each.member_id === 'bystander'),
      false,
      statement,
    )
  }
}

test('Books in which nothing was touched are right', async () => {
  const { faults, wallets, entries } = await verifyBooks(books.db)
  deepEqual({ faults, wallets }, { faults: [], wallets: 3 })
  const rows = await sql<{ count: number }>`select count(*) from jifen.entry`.execute(books.owner)
  equal(entries, rows.rows[0]?.count)
})

type Column = { readonly table: string; readonly name: string; readonly type: string }

async function columns(): Promise<readonly Column[]> {
  const found = await sql<Column>`
    select table_name as table, column_name as name, data_type as type
    from information_schema.columns
    where table_schema = 'jifen' and table_name = any(${[...tables]}::text[])
    order by 1, ordinal_position
  `.execute(books.owner)
  return found.rows
}

/** Other values of a column, as SQL: the smallest change, and none that a constraint forbids. */
function othersOf({ name, type }: Column): readonly string[] {
  switch (type) {
    case 'text':
      return name === 'outcome'
        ? [`case outcome when 'done' then 'refused' else 'done' end`]
        : [`coalesce(${name}, '') || 'x'`]
    case 'bigint':
    case 'integer':
      return name === 'seq' || name === 'line' || name === 'lot_id'
        ? [`coalesce(${name}, 0) + 1000`]
        : [`coalesce(${name}, 0) + 1`, `coalesce(${name}, 0) - 1`]
    case 'timestamp with time zone':
      return [
        `coalesce(${name}, now()) + interval '1 millisecond'`,
        `coalesce(${name}, now()) - interval '1 microsecond'`,
      ]
    case 'json':
      return [`(${name}::text || ' ')::json`]
    case 'bytea':
      return [`set_byte(${name}, 0, 255 - get_byte(${name}, 0))`]
    default:
      return [`not ${name}`]
  }
}

/** The rows in which every column is changed. */
const rowsOf: Readonly<Record<string, readonly string[]>> = {
  entry: ['seq = 1', 'seq = 7', `kind = 'spend' and outcome = 'refused'`],
  transfer: ['seq = 1 and line = 0', 'seq = 6 and line = 1'],
  lot: ['lot_id = 1', 'lot_id = 2', 'lot_id = 5', `origin = 'grace'`],
  wallet: ['true'],
  hold: [`ref = 'h'`, `ref = 'i'`, `ref = 'j'`],
  hold_lot: [`ref = 'h' and lot_id = 3`, `ref = 'i'`],
  outbox: ['seq = 4'],
}

test('A change of any column of any table of the books is found', async () => {
  const faults: [string, number?][] = []
  for (const column of await columns()) {
    // Whether a row was sent is for those who send to say.
    if (column.table === 'outbox' && column.name === 'sent') continue
    for (const where of rowsOf[column.table] ?? []) {
      for (const other of othersOf(column)) {
        const [, seq] = /^seq = (\d+)/.exec(where) ?? []
        const statement = `update jifen.${column.table} set ${column.name} = ${other}
          where member_id = 'victim' and unit = 'points' and ${where}`
        faults.push(seq === undefined ? [statement] : [statement, Number(seq)])
      }
    }
  }
  equal(faults.length > 150, true)
  await plant(faults)
})

const ofVictim = `member_id = 'victim' and unit = 'points'`

test('A row that was deleted is found', async () => {
  const faults: [string, number?][] = []
  for (const table of tables) {
    for (const where of rowsOf[table] ?? []) {
      // Without its wallet all else is left over, and the first of that is what is found.
      faults.push([`delete from jifen.${table} where ${ofVictim} and ${where}`])
    }
  }
  faults.push([`delete from jifen.transfer where ${ofVictim} and seq = 6 and line = 0`, 6])
  await plant(faults)
})

/** Copies a row with some columns changed. */
function copy(table: string, where: string, changes: string): string {
  return `insert into jifen.${table}
    select (jsonb_populate_record(r, '${changes}')).* from jifen.${table} r
    where ${ofVictim} and ${where}`
}

test('A row that was put in is found', async () => {
  await plant([
    [copy('entry', 'seq = 7', '{ "seq": 1000, "ref": "new" }')],
    [copy('transfer', 'seq = 7 and line = 0', '{ "line": 1 }'), 7],
    [copy('transfer', 'seq = 7 and line = 0', '{ "seq": 1000 }'), 1_000],
    [copy('lot', 'lot_id = 1', '{ "lot_id": 1000 }')],
    [
      copy(
        'lot',
        'lot_id = 1',
        '{ "lot_id": 1000, "amount": 0, "available": 0, "held": 0, "expired": 0, "open": false }',
      ),
    ],
    [copy('hold', `ref = 'h'`, '{ "ref": "new" }')],
    [copy('hold', `ref = 'i'`, '{ "ref": "new", "amount": 0 }')],
    [copy('hold_lot', `ref = 'i'`, '{ "lot_id": 1000 }')],
    [copy('hold_lot', `ref = 'i'`, '{ "ref": "new" }')],
    [copy('outbox', 'seq = 7', '{ "seq": 1000 }'), 1_000],
  ])
})

function moveSeq(from: number, to: number): string {
  return ['entry', 'transfer', 'outbox']
    .map((table) => `update jifen.${table} set seq = ${to} where ${ofVictim} and seq = ${from}`)
    .join(';')
}

test('Entries that changed places, or of which one was taken out and the rest moved up, are found', async () => {
  await planted(`${moveSeq(7, -1)};${moveSeq(8, 7)};${moveSeq(-1, 8)}`, 7)
  const cut = ['entry', 'transfer', 'outbox']
    .map((table) => `delete from jifen.${table} where ${ofVictim} and seq = 7`)
    .join(';')
  const up = Array.from({ length: 10 }, (_, nth) => moveSeq(8 + nth, 7 + nth)).join(';')
  await planted(`${cut};${up}`, 7)
})

test('A tail that was cut is found, by the number that is missing', async () => {
  const { rows } = await sql<{ seq: number }>`
    select max(seq) as seq from jifen.entry where member_id = 'victim' and unit = 'points'
  `.execute(books.owner)
  const last = rows[0]?.seq ?? 0
  for (const from of [last, last - 3]) {
    const cut = ['entry', 'transfer', 'outbox']
      .map((table) => `delete from jifen.${table} where ${ofVictim} and seq >= ${from}`)
      .join(';')
    await planted(cut, from)
  }
})

test('Everything of a wallet but one table is found missing', async () => {
  for (const kept of tables) {
    const gone = tables.filter((table) => table !== kept)
    const statements = gone.map((table) => `delete from jifen.${table} where ${ofVictim}`)
    await planted(statements.join(';'))
  }
})

/** Several statements as one fault. */
async function planted(statements: string, seq?: number): Promise<void> {
  for (const statement of statements.split(';')) await run(statement)
  const { faults } = await verifyBooks(books.db)
  await restore()
  const fault = faults.find((each) => each.member_id === 'victim' && each.unit === 'points')
  equal(fault !== undefined, true, `not found: ${statements}`)
  if (seq !== undefined) equal(fault?.seq, seq, `${fault?.what}: ${statements}`)
}

test('A wallet that is sealed while its member is not is found, and the other way round', async () => {
  await plant([[`update jifen.wallet set status = 'sealed' where ${ofVictim}`]])
  await run(`update jifen.member set status = 'sealed' where member_id = 'victim'`)
  const { faults } = await verifyBooks(books.db)
  await run(`update jifen.member set status = 'active' where member_id = 'victim'`)
  deepEqual(
    faults.map((fault) => fault.unit),
    ['coins', 'points'],
  )
})

test('Postings while the books are read are no faults', async () => {
  const keys = Array.from({ length: 20 }, (_, nth) => pointsOf(`live-${nth}`))
  let running = true
  const writers = keys.map(async (key, nth) => {
    for (let turn = 0; running; turn += 1) {
      const words = [`earn e${turn} 9 till ${turn + 40}`, `hold h${turn} 2 till ${turn + 9}`]
      const told = [...words, `spend s${turn} 3`].map((each) => timed(commandOf(each), atMs(turn)))
      await post(books.db, to(key, told))
      if (nth === 0) await settleDue(books.db, atMs(turn))
    }
  })
  let readWhileWritten = 0
  for (let turn = 0; turn < 12 || readWhileWritten < 1_000; turn += 1) {
    const { faults, entries } = await verifyBooks(books.owner)
    deepEqual(faults, [])
    readWhileWritten += entries
  }
  running = false
  await Promise.all(writers)
  deepEqual((await verifyBooks(books.db)).faults, [])
})
