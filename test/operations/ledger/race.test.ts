import { deepEqual, equal, match } from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import type { Database } from '#db/connection.ts'
import type { WalletCommand } from '#operations/ledger/post-commands.ts'
import { verifyBooks } from '#operations/ledger/verify-books.ts'
import type { Answer, WalletKey } from '#rules/ledger/wallet.ts'
import { atMs, timed } from '#test/rules/ledger/any-commands.ts'
import { commandOf } from '#test/rules/ledger/told-history.ts'
import { keptWallet, openBooks, pointsOf, post, to } from '#test/support/ledger.ts'
import { openSabotaged } from '#test/support/sabotage.ts'

const books = await openBooks(16)
after(books.close)

let members = 0

function freshKey(): WalletKey {
  members += 1
  return pointsOf(`racer-${members}`)
}

function told(key: WalletKey, words: string): WalletCommand[] {
  return to(key, [timed(commandOf(words), atMs(0))])
}

/** What came of posts at once: answers by what they say, failures by their message. */
async function atOnce(db: Database, posts: readonly WalletCommand[][]): Promise<string[]> {
  const settled = await Promise.allSettled(posts.map((commands) => post(db, commands)))
  return settled.map((each) =>
    each.status === 'fulfilled' ? saidOf(each.value[0]) : String(each.reason),
  )
}

function saidOf(answer: Answer | undefined): string {
  if (answer === undefined) return 'nothing'
  return answer.ok ? 'ok' : answer.refusal
}

function counted(said: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(said, (each) => each)].map(([a, b]) => [a, b.length]))
}

test('LE-5 of 64 spends of the whole balance at once one wins, and the others are told so', async () => {
  for (let round = 0; round < 5; round += 1) {
    const key = freshKey()
    await post(books.db, told(key, 'earn a 100'))
    const spends = Array.from({ length: 64 }, (_, nth) => told(key, `spend s${nth} 100`))
    deepEqual(counted(await atOnce(books.db, spends)), { ok: 1, 'ledger/insufficient': 63 })
    const kept = await keptWallet(books.db, key)
    deepEqual([kept?.wallet.seq, kept?.wallet.available], [65, 0])
  }
})

test('Control: without the lock the race of spends is seen to go wrong', async () => {
  const unlocked = openSabotaged(books.url, /for no key update of w/, '')
  let wrong = 0
  for (let round = 0; round < 5 && wrong === 0; round += 1) {
    const key = freshKey()
    await post(books.db, told(key, 'earn a 100'))
    const spends = Array.from({ length: 64 }, (_, nth) => told(key, `spend s${nth} 100`))
    const { ok = 0, 'ledger/insufficient': refused = 0 } = counted(
      await atOnce(unlocked.db, spends),
    )
    if (ok !== 1 || refused !== 63) wrong += 1
  }
  await unlocked.db.destroy()
  equal(unlocked.changed() > 0 && wrong > 0, true)
})

test('LE-13 the same command 64 times at once has one effect and one answer', async () => {
  const key = freshKey()
  await post(books.db, told(key, 'earn a 100'))
  const posts = Array.from({ length: 64 }, () => post(books.db, told(key, 'spend s 60')))
  const answers = new Set((await Promise.all(posts)).map((answer) => JSON.stringify(answer)))
  equal(answers.size, 1)
  equal((await keptWallet(books.db, key))?.wallet.available, 40)
})

test('Control: without the replay check the same command twice is seen to go wrong', async () => {
  const lookup = /using \(member_id, program, unit, kind, ref\)/
  const forgetful = openSabotaged(books.url, lookup, '$& where false')
  const key = freshKey()
  await post(books.db, told(key, 'earn a 100'))
  await post(forgetful.db, told(key, 'spend s 60'))
  const [said] = await atOnce(forgetful.db, [told(key, 'spend s 60')])
  await forgetful.db.destroy()
  equal(said === 'ok', false)
  equal(forgetful.changed() > 0, true)
})

test('LE-6 of captures and releases of one hold at once one wins', async () => {
  for (let round = 0; round < 3; round += 1) {
    const key = freshKey()
    await post(books.db, [...told(key, 'earn a 50'), ...told(key, 'hold h 50')])
    const posts = Array.from({ length: 32 }, (_, nth) =>
      told(key, nth % 2 === 0 ? `capture c${nth} h` : `release r${nth} h`),
    )
    deepEqual(counted(await atOnce(books.db, posts)), { ok: 1, 'ledger/hold-closed': 31 })
    const kept = await keptWallet(books.db, key)
    equal([0, 50].includes(kept?.wallet.available ?? -1) && kept?.wallet.held === 0, true)
  }
})

test('LE-6 captures of parts at once never take more than is held', async () => {
  const key = freshKey()
  await post(books.db, [...told(key, 'earn a 50'), ...told(key, 'hold h 50')])
  const posts = Array.from({ length: 32 }, (_, nth) => told(key, `capture c${nth} h 3`))
  const said = counted(await atOnce(books.db, posts))
  deepEqual(said, { ok: 16, 'ledger/more-than-held': 16 })
  equal((await keptWallet(books.db, key))?.wallet.held, 2)
})

test('LE-11 refunds of one earn at once never take back more than it', async () => {
  const key = freshKey()
  await post(books.db, told(key, 'earn a 50'))
  const posts = Array.from({ length: 32 }, (_, nth) => told(key, `clawBack k${nth} a 20`))
  deepEqual(counted(await atOnce(books.db, posts)), { ok: 2, 'ledger/more-than-left-to-undo': 30 })
  const kept = await keptWallet(books.db, key)
  deepEqual([kept?.wallet.available, kept?.wallet.debt], [10, 0])
})

test('LE-15 a wallet that many make at once is made once, with dense numbers', async () => {
  const key = freshKey()
  const posts = Array.from({ length: 48 }, (_, nth) => told(key, `earn e${nth} 2`))
  const answers = (await Promise.all(posts.map((each) => post(books.db, each)))).flat()
  const seqs = answers.map((answer) => answer.seq ?? 0).sort((a, b) => a - b)
  deepEqual(
    seqs,
    Array.from({ length: 48 }, (_, index) => index + 1),
  )
  equal((await keptWallet(books.db, key))?.wallet.available, 96)
})

test('LE-13 a wallet that the same command makes at once has it once', async () => {
  const key = freshKey()
  const posts = Array.from({ length: 32 }, () => post(books.db, told(key, 'earn e 7')))
  const answers = new Set((await Promise.all(posts)).map((answer) => JSON.stringify(answer)))
  equal(answers.size, 1)
  equal((await keptWallet(books.db, key))?.wallet.available, 7)
})

test('Batches over the same wallets in opposite orders wait for each other and never deadlock', async () => {
  const old = Array.from({ length: 6 }, freshKey)
  await post(
    books.db,
    old.flatMap((key) => told(key, 'earn a 100')),
  )
  for (let round = 0; round < 6; round += 1) {
    // Some wallets of each round are there, others are made by whoever comes first.
    const keys = [...old, ...Array.from({ length: 4 }, freshKey)]
    const orders = [keys, keys.toReversed(), keys.slice(3).concat(keys.slice(0, 3))]
    const posts = Array.from({ length: 12 }, (_, nth) =>
      (orders[nth % orders.length] ?? keys)
        .filter((_key, place) => (place + nth) % 4 !== 0)
        .flatMap((key) => told(key, `earn round${round}-${nth} 1`)),
    )
    deepEqual(counted(await atOnce(books.db, posts)), { ok: 12 })
  }
})

test('A batch that fails leaves nothing of it, in no wallet', async () => {
  const [good, bad] = [freshKey(), freshKey()]
  await post(books.db, told(good, 'earn a 5'))
  const [earn] = told(bad, 'earn a 5')
  if (earn === undefined) return
  const broken = { ...earn, meta: { ...earn.meta, cause: 'this is no JSON' } }
  const [said] = await atOnce(books.db, [[...told(good, 'spend s 5'), broken]])
  match(said ?? '', /invalid input syntax for type json/)
  equal((await keptWallet(books.db, good))?.wallet.available, 5)
  equal(await keptWallet(books.db, bad), undefined)
})

test('After all races the books are right', async () => {
  const { faults, entries } = await verifyBooks(books.db)
  deepEqual(faults, [])
  const rows = await sql<{ count: number }>`select count(*) from jifen.entry`.execute(books.db)
  equal(entries, rows.rows[0]?.count)
})
