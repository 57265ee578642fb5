import { deepEqual, equal } from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { loadContents } from '#db/ledger/load.ts'
import { walletId } from '#db/ledger/wallets.ts'
import type { WalletCommand } from '#operations/ledger/post-commands.ts'
import { verifyBooks } from '#operations/ledger/verify-books.ts'
import { postAll } from '#rules/ledger/post.ts'
import {
  postedKey,
  type Answer,
  type CommandKind,
  type Posted,
  type WalletKey,
  type WalletState,
} from '#rules/ledger/wallet.ts'
import { noPoints } from '#rules/money/points.ts'
import { atMs, histories, timed } from '#test/rules/ledger/any-commands.ts'
import { commandOf } from '#test/rules/ledger/told-history.ts'
import { emptyWallet } from '#test/rules/ledger/wallets.ts'
import { keptWallet, openBooks, pointsOf, post, to } from '#test/support/ledger.ts'
import { plain } from '#test/support/plain.ts'

const books = await openBooks()
after(books.close)

let members = 0

/** A wallet that no other test has used. */
function freshKey(): WalletKey {
  members += 1
  return pointsOf(`member-${members}`)
}

test('LE-1 to LE-15 what is kept after random histories in random batches is what the rules fold', async () => {
  const batchSizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(histories(), histories(), batchSizes, async (one, other, sizes) => {
      const keys = [freshKey(), freshKey()] as const
      const told = interleaved(to(keys[0], one), to(keys[1], other))
      const folds = new Map(keys.map((key) => [walletId(key), emptyWallet]))
      for (const batch of cut(told, sizes)) {
        const answers = await post(books.db, batch)
        deepEqual(plain(answers), plain(foldBatch(folds, batch)))
      }
      for (const key of keys) {
        const folded = folds.get(walletId(key)) ?? emptyWallet
        if (folded.wallet.seq === 0) continue
        deepEqual(plain(await keptWallet(books.db, key)), plain(keptOf(folded)))
        await compareUndone(key, folded)
      }
    }),
    { numRuns: 40 },
  )
  deepEqual((await verifyBooks(books.db)).faults, [])
})

test('LE-13 a batch of commands comes to the same as one after the other', async () => {
  await fc.assert(
    fc.asyncProperty(histories(30), fc.nat(30), async (history, place) => {
      fc.pre(history.length > 0)
      const [atOnce, oneByOne] = [freshKey(), freshKey()]
      for (const key of [atOnce, oneByOne]) await post(books.db, to(key, history.slice(0, place)))
      const rest = history.slice(place)
      const answers = await post(books.db, to(atOnce, rest))
      const singly: Answer[] = []
      for (const command of rest) singly.push(...(await post(books.db, to(oneByOne, [command]))))
      deepEqual(plain(answers), plain(singly))
      const kept = await keptWallet(books.db, atOnce)
      deepEqual(plain(kept), plain(await keptWallet(books.db, oneByOne)))
    }),
    { numRuns: 12 },
  )
})

test('LE-8 two parts of one spend given back in one batch go to the lots it drew on', async () => {
  const key = freshKey()
  const first = ['earn a 10 till 90', 'earn b 10 till 40', 'spend s 15']
  await post(
    books.db,
    to(
      key,
      first.map((each) => timed(commandOf(each), atMs(0))),
    ),
  )
  const parts = ['giveBack g s 6', 'giveBack h s 9'].map((each) => timed(commandOf(each), atMs(1)))
  await post(books.db, to(key, parts))
  const kept = await keptWallet(books.db, key)
  deepEqual(
    kept?.lots.map((lot) => lot.available),
    [10, 10],
  )
})

test('LE-14 a lot that was used up and given back takes in, however the wallet was loaded', async () => {
  const [atOnce, oneByOne] = [freshKey(), freshKey()]
  const history = [
    'earn a 5 merge',
    'spend s 5',
    'earn b 5 merge',
    'giveBack g s 5',
    'earn c 1 merge',
  ]
  const commands = history.map((each, ms) => timed(commandOf(each), atMs(ms)))
  for (const command of commands) await post(books.db, to(oneByOne, [command]))
  await post(books.db, to(atOnce, commands.slice(0, 3)))
  await post(books.db, to(atOnce, commands.slice(3)))
  const kept = await keptWallet(books.db, atOnce)
  deepEqual(plain(kept), plain(await keptWallet(books.db, oneByOne)))
  deepEqual(
    kept?.lots.map((lot) => lot.available),
    [6, 5],
  )
})

test('LE-13 a reference is the same for ever, whoever asks and whenever', async () => {
  const key = freshKey()
  const [earn, spend, other] = ['earn a 10', 'spend s 12', 'spend s 13'].map((each) =>
    timed(commandOf(each), atMs(0)),
  )
  if (earn === undefined || spend === undefined || other === undefined) return
  const first = await post(books.db, to(key, [earn, spend]))
  await post(books.db, to(key, [timed(commandOf('earn b 90'), atMs(1))]))
  const later = await post(books.db, to(key, [earn, spend, { ...spend, at: atMs(9) }, other]))
  equal(JSON.stringify(later.slice(0, 2)), JSON.stringify(first))
  equal(JSON.stringify(later[2]), JSON.stringify(first[1]))
  deepEqual(later[3], { ok: false, refusal: 'ledger/ref-reused' })
  deepEqual(await post(books.db, to(freshKey(), [spend])), [
    { ...first[1], short: 12, seq: 1, after: { available: 0, pending: 0, held: 0, debt: 0 } },
  ])
})

test('Instants of all years are kept to the millisecond', async () => {
  const key = freshKey()
  const at = Temporal.Instant.from('2017-11-11T00:00:00.123Z')
  const longAgo = Temporal.Instant.from('0001-01-01T00:00:00Z')
  const never = Temporal.Instant.from('9999-12-31T23:59:59.999Z')
  const earn = timed(commandOf('earn a 10'), at)
  const dated = { ...earn, activeAt: longAgo, expiresAt: never } as typeof earn
  await post(books.db, to(key, [{ ...dated, meta: { ...earn.meta, occurredAt: longAgo } }]))
  const kept = await keptWallet(books.db, key)
  equal(kept?.lots[0]?.activeAt.toString(), longAgo.toString())
  equal(kept?.lots[0]?.expiresAt?.toString(), never.toString())
  equal(kept?.wallet.lastAt?.toString(), at.toString())
  const [answer] = await post(books.db, to(key, [timed(commandOf('spend s 10'), at)]))
  equal(answer?.ok, true)
})

/** Turns of two wallets, as they may come in one batch. */
function interleaved(a: WalletCommand[], b: WalletCommand[]): WalletCommand[] {
  const length = Math.max(a.length, b.length)
  return Array.from({ length }, (_, index) => [a[index], b[index]])
    .flat()
    .filter((each) => each !== undefined)
}

function cut(told: readonly WalletCommand[], sizes: readonly number[]): WalletCommand[][] {
  const batches: WalletCommand[][] = []
  let rest = told
  for (let turn = 0; rest.length > 0; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    batches.push(rest.slice(0, size))
    rest = rest.slice(size)
  }
  return batches
}

function foldBatch(folds: Map<string, WalletState>, batch: readonly WalletCommand[]): Answer[] {
  return batch.map((command) => {
    const id = walletId(command.key)
    const { after: state, answers } = postAll(folds.get(id) ?? emptyWallet, [command])
    folds.set(id, state)
    return answers[0] ?? { ok: false, refusal: 'ledger/unknown-reference' }
  })
}

function keptOf({ wallet, lots, holds }: WalletState): unknown {
  const byRef = holds.toSorted((a, b) => (a.ref < b.ref ? -1 : 1))
  const pins = byRef.map((hold) => ({
    ...hold,
    lots: hold.lots.toSorted((a, b) => a.lotId - b.lotId),
  }))
  return { wallet, lots, holds: pins }
}

/** What is loaded for an undoing or a replay must be what the rules remember of it. */
async function compareUndone(key: WalletKey, folded: WalletState): Promise<void> {
  const posted = [...folded.posted.values()]
  const repeats = posted.map(({ kind, ref }) => ({ key, kind, ref }))
  const undoes = repeats.filter((each) => isUndoable(each.kind))
  const loaded = (await loadContents(books.db, [key], repeats, undoes)).get(walletId(key))
  for (const each of posted) {
    const read = loaded?.posted.get(postedKey(each.kind, each.ref))
    const alone = { ...each, undone: noPoints, drawn: [], lotId: null }
    const wanted = isUndoable(each.kind) ? each : alone
    deepEqual(comparable(read), comparable(wanted))
  }
}

function isUndoable(kind: CommandKind): boolean {
  return kind === 'spend' || kind === 'capture' || kind === 'earn'
}

/** In the order of lots, and without those that were given back whole. */
function comparable(posted: Posted | undefined): unknown {
  const drawn = posted?.drawn.filter((draw) => draw.amount > 0)
  return plain({ ...posted, drawn: drawn?.sort((a, b) => a.lotId - b.lotId) })
}
