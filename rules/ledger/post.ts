import { latest } from '#rules/time/instants.ts'
import { openBook, walletOf, type Book } from '#rules/ledger/book.ts'
import { earn } from '#rules/ledger/earn.ts'
import { capture, hold, release, spend } from '#rules/ledger/draw.ts'
import { settle } from '#rules/ledger/settle.ts'
import { clawBack, forfeit, giveBack, unseal } from '#rules/ledger/undo.ts'
import {
  postedKey,
  type Answer,
  type Command,
  type Entry,
  type Hold,
  type Lot,
  type Posted,
  type Wallet,
  type WalletState,
} from '#rules/ledger/wallet.ts'
import { noPoints } from '#rules/money/points.ts'

/** What is left to record after folding commands into a wallet. */
export type Posting = {
  readonly wallet: Wallet
  readonly entries: readonly Entry[]
  /** One for each command, in order. */
  readonly answers: readonly Answer[]
  readonly lots: readonly Lot[]
  readonly holds: readonly Hold[]
  /** The state after it, for another fold of the same wallet. */
  readonly after: WalletState
}

export type TimedCommand = Command & { readonly at: Temporal.Instant }

/**
 * Folds commands into one wallet: settles what is due, answers replays from what was posted, then
 * posts or refuses each in order (LE-2, LE-3, LE-13). With no commands it only settles up to
 * `settleTo`. Nothing is recorded here.
 */
export function postAll(
  state: WalletState,
  commands: readonly TimedCommand[],
  settleTo?: Temporal.Instant,
): Posting {
  const book = openBook(state)
  const answers = commands.map((command) => postOne(book, command))
  if (settleTo !== undefined) settle(book, settleTo)

  const wallet = walletOf(book)
  const lots = [...book.lots.values()]
  const holds = [...book.holds.values()]
  return {
    wallet,
    entries: book.entries,
    answers,
    lots: lots.filter((lot) => book.touchedLots.has(lot.lotId)),
    holds: holds.filter((each) => book.touchedHolds.has(each.ref)),
    after: { wallet, lots, holds, posted: book.posted },
  }
}

function postOne(book: Book, command: TimedCommand): Answer {
  const earlier = book.posted.get(postedKey(command.kind, command.ref))
  if (earlier !== undefined) return replay(earlier, command)

  const now = book.lastAt === null ? command.at : latest(command.at, book.lastAt)
  settle(book, now)
  const answer = decide(book, command, now)
  remember(book, command, answer)
  return answer
}

/** LE-13: the same again is answered as before; other content under the same reference is refused. */
function replay(earlier: Posted, command: Command): Answer {
  if (earlier.fingerprint === command.meta.fingerprint) return earlier.answer
  return { ok: false, refusal: 'ledger/ref-reused' }
}

function decide(book: Book, command: Command, now: Temporal.Instant): Answer {
  switch (command.kind) {
    case 'earn':
      return earn(book, command, now)
    case 'spend':
      return spend(book, command, now)
    case 'hold':
      return hold(book, command, now)
    case 'capture':
      return capture(book, command, now)
    case 'release':
      return release(book, command, now)
    case 'giveBack':
      return giveBack(book, command, now)
    case 'clawBack':
      return clawBack(book, command, now)
    case 'forfeit':
      return forfeit(book, command, now)
    case 'unseal':
      return unseal(book, command, now)
  }
}

/** Keeps the posting under its reference, so that a later command of the same fold sees it. */
function remember(book: Book, command: Command, answer: Answer): void {
  const entry = book.entries.at(-1)
  const transfers = entry?.transfers ?? []
  book.posted.set(postedKey(command.kind, command.ref), {
    kind: command.kind,
    ref: command.ref,
    fingerprint: command.meta.fingerprint,
    amount: entry?.amount ?? noPoints,
    outcome: answer.ok ? 'done' : 'refused',
    answer,
    undone: noPoints,
    drawn: transfers
      .filter(({ credit }) => credit === (command.kind === 'forfeit' ? 'expired' : 'spent'))
      .map((each) => ({ lotId: each.lotId ?? 0, amount: each.amount })),
    lotId: transfers.find((each) => each.debit === 'issued')?.lotId ?? null,
  })
}
