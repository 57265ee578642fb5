import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { postAll, type TimedCommand } from '#rules/ledger/post.ts'
import {
  postedKey,
  type Account,
  type Answer,
  type Entry,
  type WalletState,
} from '#rules/ledger/wallet.ts'
import { histories } from '#test/rules/ledger/any-commands.ts'
import { tellModel } from '#test/rules/ledger/model-commands.ts'
import {
  balancesOf,
  emptyModel,
  nextDueOf,
  settleModel,
  unitsIn,
  type ModelWallet,
} from '#test/rules/ledger/model-wallet.ts'
import { emptyWallet } from '#test/rules/ledger/wallets.ts'
import { plain } from '#test/support/plain.ts'

test('LE-1 to LE-15 every history of a wallet goes as in a model that moves single units', () => {
  fc.assert(
    fc.property(histories(), (history) => {
      const model = emptyModel()
      let state = emptyWallet
      const entries: Entry[] = []
      for (const command of history) {
        const posting = postAll(state, [command])
        deepEqual(comparable(posting.answers[0]), comparable(tellModel(model, command)))
        state = posting.after
        entries.push(...posting.entries)
        compareState(state, model)
        checkInvariants(state, posting.entries)
      }
      deepEqual(
        entries.map((entry) => `${entry.kind} ${entry.ref} ${entry.outcome}`),
        model.entries,
      )
      checkBooks(state, entries)
    }),
    { numRuns: 2_500 },
  )
})

test('LE-13, LE-15 a batch of commands comes to the same as one after the other', () => {
  fc.assert(
    fc.property(histories(), fc.nat(30), (history, cut) => {
      const [first, second] = [history.slice(0, cut), history.slice(cut)]
      const before = fold(emptyWallet, first)
      const atOnce = postAll(before.state, second)
      const oneByOne = fold(before.state, second)
      deepEqual(plain(atOnce.answers), plain(oneByOne.answers))
      deepEqual(plain(atOnce.wallet), plain(oneByOne.state.wallet))
      deepEqual(plain(atOnce.entries), plain(oneByOne.entries))
      deepEqual(plain(atOnce.after.lots), plain(oneByOne.state.lots))
      deepEqual(plain(atOnce.after.holds), plain(oneByOne.state.holds))
    }),
    { numRuns: 500 },
  )
})

test('LE-2, LE-3 settling in between changes nothing that is answered later', () => {
  fc.assert(
    fc.property(histories(), (history) => {
      let swept = emptyWallet
      for (const command of history) {
        // A replay posts nothing, so it does not move the wallet's time.
        if (swept.posted.has(postedKey(command.kind, command.ref))) continue
        const lastAt = swept.wallet.lastAt ?? command.at
        const now = Temporal.Instant.compare(command.at, lastAt) > 0 ? command.at : lastAt
        swept = postAll(swept, [], now).after
        swept = postAll(swept, [command]).after
      }
      const { state } = fold(emptyWallet, history)
      const last = history.at(-1)
      const end = last === undefined ? undefined : last.at.add({ milliseconds: 100 })
      const [settled, sweptTo] = [postAll(state, [], end), postAll(swept, [], end)]
      deepEqual(plain(sweptTo.after.lots), plain(settled.after.lots))
      deepEqual(balances(sweptTo.after), balances(settled.after))
      equal(sweptTo.wallet.seq, settled.wallet.seq)
      equal(postAll(settled.after, [], end).entries.length, 0)
      const model = emptyModel()
      for (const command of history) tellModel(model, command)
      if (end !== undefined) settleModel(model, Math.max(end.epochMilliseconds, model.lastMs))
      deepEqual(balances(settled.after), balancesOf(model))
    }),
    { numRuns: 500 },
  )
})

function fold(
  from: WalletState,
  history: readonly TimedCommand[],
): { state: WalletState; answers: Answer[]; entries: Entry[] } {
  let state = from
  const answers: Answer[] = []
  const entries: Entry[] = []
  for (const command of history) {
    const posting = postAll(state, [command])
    answers.push(...posting.answers)
    entries.push(...posting.entries)
    state = posting.after
  }
  return { state, answers, entries }
}

/** An answer with its draws summed by lot: a lot may be drawn on from several accounts. */
function comparable(answer: Answer | undefined): unknown {
  if (answer === undefined || !answer.ok) return answer
  const sums = new Map<number, number>()
  for (const { lotId, amount } of answer.lots) sums.set(lotId, (sums.get(lotId) ?? 0) + amount)
  return { ...answer, lots: [...sums].sort(([a], [b]) => a - b) }
}

function compareState(state: WalletState, model: ModelWallet): void {
  deepEqual(balances(state), balancesOf(model))
  equal(state.wallet.nextDue?.epochMilliseconds, nextDueOf(model))
  equal(state.wallet.seq, model.entries.length)
  equal(state.wallet.status, model.sealed ? 'sealed' : 'open')
  equal(state.wallet.lastAt?.epochMilliseconds ?? -Infinity, model.lastMs)
  deepEqual(
    state.lots.map((lot) => ({
      id: lot.lotId,
      amount: lot.amount,
      left: [lot.available, lot.pending, lot.held, lot.expired],
      mergedInto: lot.mergedInto ?? undefined,
    })),
    model.lots.map((lot) => ({
      id: lot.id,
      amount: lot.amount,
      left: (['available', 'pending', 'held', 'expired'] as const).map(
        (place) => unitsIn(model, place, (unit) => unit.lot === lot).length,
      ),
      mergedInto: lot.mergedInto?.id,
    })),
  )
  deepEqual(
    state.holds.map((hold) => [hold.ref, hold.left]),
    [...model.holdEnds.keys()].map((ref) => [
      ref,
      unitsIn(model, 'held', (unit) => unit.by === ref).length,
    ]),
  )
}

/** What must hold after every posting, whatever the model thinks (LE-1, LE-10, LE-15). */
function checkInvariants(state: WalletState, entries: readonly Entry[]): void {
  const { wallet, lots, holds } = state
  equal(wallet.debt > 0 && wallet.available > 0, false)
  for (const name of ['available', 'pending', 'held'] as const) {
    equal(
      lots.reduce((sum, lot) => sum + lot[name], 0),
      wallet[name],
    )
  }
  equal(
    holds.reduce((sum, hold) => sum + hold.left, 0),
    wallet.held,
  )
  for (const hold of holds) {
    equal(
      hold.lots.reduce((sum, pin) => sum + pin.left, 0),
      hold.left,
    )
  }
  entries.forEach((entry, index) => {
    equal(entry.seq, wallet.seq - entries.length + 1 + index)
    equal(entry.outcome === 'refused' && entry.transfers.length > 0, false)
    for (const { amount, debit, credit, lotId, toLotId } of entry.transfers) {
      equal(amount > 0, true)
      equal(debit !== credit || lotId !== toLotId, true)
    }
  })
}

/** The whole history's transfers add up to the balances, and nothing comes from nowhere. */
function checkBooks(state: WalletState, entries: readonly Entry[]): void {
  const sums = new Map<Account, number>()
  for (const { debit, credit, amount } of entries.flatMap((entry) => entry.transfers)) {
    sums.set(debit, (sums.get(debit) ?? 0) - amount)
    sums.set(credit, (sums.get(credit) ?? 0) + amount)
  }
  const { available, pending, held, debt } = state.wallet
  deepEqual(
    [sums.get('available') ?? 0, sums.get('pending') ?? 0, sums.get('held') ?? 0],
    [available, pending, held],
  )
  equal(0 - (sums.get('debt') ?? 0), debt)
  equal(
    [...sums.values()].reduce((sum, each) => sum + each, 0),
    0,
  )
}

function balances({ wallet }: WalletState): Record<string, number> {
  const { available, pending, held, debt } = wallet
  return { available, pending, held, debt }
}
