import { deepEqual, equal, rejects } from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { settleDue } from '#operations/ledger/settle-due.ts'
import { verifyBooks } from '#operations/ledger/verify-books.ts'
import type { WalletKey } from '#rules/ledger/wallet.ts'
import { atMs, timed } from '#test/rules/ledger/any-commands.ts'
import { commandOf } from '#test/rules/ledger/told-history.ts'
import { keptWallet, openBooks, pointsOf, post, to } from '#test/support/ledger.ts'

const books = await openBooks()
after(books.close)

async function tell(keys: readonly WalletKey[], ms: number, ...words: string[]): Promise<unknown> {
  const commands = words.map((each) => timed(commandOf(each), atMs(ms)))
  return await post(
    books.db,
    keys.flatMap((key) => to(key, commands)),
  )
}

async function balances(key: WalletKey): Promise<unknown> {
  const kept = await keptWallet(books.db, key)
  return [kept?.wallet.available, kept?.wallet.pending, kept?.wallet.held, kept?.wallet.seq]
}

test('LE-2 everything due is booked once, in batches of many wallets', async () => {
  const keys = Array.from({ length: 1_203 }, (_, nth) => pointsOf(`many-${nth}`))
  await tell(keys, 0, 'earn a 5 till 20', 'earn b 5 from 10 till 90')
  equal(await settleDue(books.db, atMs(9)), 0)
  equal(await settleDue(books.db, atMs(10)), 1_203)
  equal(await settleDue(books.db, atMs(50)), 1_203)
  equal(await settleDue(books.db, atMs(50)), 0)
  for (const key of [keys[0], keys[777], keys[1_202]]) {
    deepEqual(await balances(key ?? pointsOf('')), [5, 0, 0, 4])
  }
})

test('LE-2 two sweepers at once book each thing once', async () => {
  const keys = Array.from({ length: 300 }, (_, nth) => pointsOf(`twice-${nth}`))
  await tell(keys, 0, 'earn a 5 till 60')
  const made = await Promise.all([1, 2, 3].map(() => settleDue(books.db, atMs(60))))
  equal(
    made.reduce((sum, each) => sum + each, 0),
    300,
  )
  deepEqual(await balances(keys[7] ?? pointsOf('')), [0, 0, 0, 2])
})

test('LE-3 a lapsed lot cannot be spent although nobody has swept it', async () => {
  const key = pointsOf('unswept')
  await tell([key], 0, 'earn a 5 till 20')
  const early = await tell([key], 19, 'spend s 1')
  const late = await tell([key], 20, 'spend t 1')
  deepEqual([saidOf(early), saidOf(late)], ['ok', 'ledger/insufficient'])
  deepEqual(await balances(key), [0, 0, 0, 4])
})

test('LE-7 a hold that times out is released once, by the sweeper or by the next posting', async () => {
  const [swept, posted] = [pointsOf('swept'), pointsOf('posted')]
  await tell([swept, posted], 0, 'earn a 5', 'hold h 5 till 70')
  equal(await settleDue(books.db, atMs(70)), 2)
  await tell([posted], 71, 'hold i 2 till 80')
  await tell([posted], 80, 'spend s 5')
  deepEqual(await balances(posted), [0, 0, 0, 6])
  deepEqual(await balances(swept), [5, 0, 0, 3])
})

test('A wallet that is said to be due and is not is set right, and holds nobody up', async () => {
  const key = pointsOf('misled')
  await tell([key], 0, 'earn a 5 till 500')
  await sql`
    update jifen.wallet set next_due = '2017-01-01T00:00:00Z' where member_id = 'misled'
  `.execute(books.owner)
  equal(await settleDue(books.db, atMs(80)), 0)
  const kept = await keptWallet(books.db, key)
  equal(kept?.wallet.nextDue?.equals(atMs(500)), true)
})

test('After all sweeping the books are right', async () => {
  deepEqual((await verifyBooks(books.db)).faults, [])
})

test('A wallet whose books are broken is told of, and does not keep the others waiting', async () => {
  const keys = Array.from({ length: 5 }, (_, nth) => pointsOf(`near-${nth}`))
  await tell(keys, 100, 'earn a 5 till 120')
  await sql`
    update jifen.lot set available = 6 where member_id = 'near-2'
  `.execute(books.owner)
  await rejects(settleDue(books.db, atMs(120)), /available is never below zero/)
  for (const [nth, key] of keys.entries()) {
    deepEqual(await balances(key), nth === 2 ? [5, 0, 0, 1] : [0, 0, 0, 2])
  }
})

function saidOf(answers: unknown): string {
  const [answer] = answers as readonly { readonly ok: boolean; readonly refusal?: string }[]
  return answer?.ok === true ? 'ok' : (answer?.refusal ?? 'nothing')
}
