import { deepEqual, equal, rejects } from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Writer } from '#db/connection.ts'
import { transact } from '#operations/_transact.ts'
import { openBooks } from '#test/support/ledger.ts'

// One connection, so that what one transaction leaves behind would be seen by the next.
const books = await openBooks(1)
after(books.close)

async function keep(tx: Writer, key: string): Promise<void> {
  await sql`
    insert into jifen.idempotency (member_id, caller, key, fingerprint, created_at)
    values ('m', 'test', ${key}, '', now())
  `.execute(tx)
}

async function kept(): Promise<string[]> {
  // Long enough for whatever was still under way.
  await setTimeout(50)
  const rows = await sql<{ key: string }>`select key from jifen.idempotency order by key`.execute(
    books.owner,
  )
  return rows.rows.map((row) => row.key)
}

async function fail(tx: Writer): Promise<void> {
  await sql`select 1 / (select 0 where txid_current() > 0)`.execute(tx)
}

test('A throw rolls everything back', async () => {
  const thrown = transact(books.db, async (tx) => {
    await keep(tx, 'a')
    throw new Error('no')
  })
  await rejects(thrown, /^Error: no$/)
  deepEqual(await kept(), [])
})

test('What was sent beside a statement that failed is rolled back with it', async () => {
  // The second takes its time, so that the third is still to be sent when the first has failed.
  const many = Array.from({ length: 2_000 }, (_, nth) => `slow-${nth}`)
  for (let round = 0; round < 150; round += 1) {
    const sideBySide = transact(books.db, async (tx) => {
      await Promise.all([fail(tx), sql`select ${many}::text[]`.execute(tx), keep(tx, `b${round}`)])
    })
    await rejects(sideBySide, /division by zero/)
  }
  deepEqual(await kept(), [])
})

test('What a failed transaction had sent does not get into the next one of the connection', async () => {
  const failing = transact(books.db, async (tx) => {
    await Promise.all([fail(tx), ...Array.from({ length: 20 }, () => keep(tx, 'f'))])
  })
  const next = transact(books.db, async (tx) => {
    await keep(tx, 'g')
    await keep(tx, 'h')
  })
  await rejects(failing, /division by zero/)
  await next
  deepEqual(await kept(), ['g', 'h'])
})

test('A commit of a transaction in which a statement failed unheard throws', async () => {
  const unheard = transact(books.db, async (tx) => {
    await keep(tx, 'i')
    await fail(tx).catch(() => undefined)
    return 'done'
  })
  await rejects(unheard)
  equal((await kept()).includes('i'), false)
})

test('A connection that is cut in the middle leaves nothing, and the next transaction has another', async () => {
  const cut = transact(books.db, async (tx) => {
    await keep(tx, 'j')
    const [row] = (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)).rows
    await sql`select pg_terminate_backend(${row?.pid})`.execute(books.owner)
    await keep(tx, 'k')
  })
  await rejects(cut)
  await transact(books.db, (tx) => keep(tx, 'l'))
  deepEqual(await kept(), ['g', 'h', 'l'])
})
