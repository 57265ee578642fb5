import { equal } from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { connect } from '#db/connection.ts'
import { openPolicyBook } from '#operations/policies/policy-book.ts'
import { openBooks } from '#test/support/ledger.ts'

const books = await openBooks(2)
after(books.close)

test('Instants are read the same, wherever the server stands and however it writes dates', async () => {
  const name = new URL(books.url).pathname.slice(1)
  await sql.raw(`alter database ${name} set timezone = 'America/New_York'`).execute(books.owner)
  await sql.raw(`alter database ${name} set datestyle = 'SQL, DMY'`).execute(books.owner)
  for (const as of ['application', 'owner'] as const) {
    const db = connect(books.url, { as: as, size: 1 })
    const book = await openPolicyBook(db)
    const founded = book.version('points', 1)?.effectiveAt
    equal(founded?.toString(), '0001-01-01T00:00:00Z')
    book.close()
    await db.destroy()
  }
})

test('A number that is not whole and safe is never read as one', async () => {
  const large = sql<{ large: number }>`select 9007199254740993::bigint as large`.execute(books.db)
  equal(await large.catch((error: Error) => error.name), 'Bug')
})
