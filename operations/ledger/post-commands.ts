import { assert } from '#rules/assert.ts'
import type { Writer } from '#db/connection.ts'
import { loadContents } from '#db/ledger/load.ts'
import type { Lookup } from '#db/ledger/lookups.ts'
import { record, type Recording } from '#db/ledger/record.ts'
import {
  existingWallets,
  insertWallets,
  lockWallets,
  sealedMembers,
  walletId,
} from '#db/ledger/wallets.ts'
import { chain } from '#operations/ledger/_chain.ts'
import { postAll, type Posting, type TimedCommand } from '#rules/ledger/post.ts'
import type {
  Answer,
  CommandKind,
  WalletKey,
  WalletState,
  WalletStatus,
} from '#rules/ledger/wallet.ts'
import { noPoints } from '#rules/money/points.ts'

/** A command for one wallet, with the clock it is posted at. */
export type WalletCommand = TimedCommand & { readonly key: WalletKey }

/**
 * Posts commands of any number of wallets inside a transaction. Wallets that are missing are decided
 * from nothing and made with what they hold; the others are locked, loaded in one statement a table
 * and decided; all is recorded in one statement a table. Wallets are made, then locked, in key
 * order, so that nobody waits for a key below one he holds. Answers come in the order of the commands.
 */
export async function postCommands(
  tx: Writer,
  commands: readonly WalletCommand[],
): Promise<readonly Answer[]> {
  const folds = groupByWallet(commands)
  const all = [...folds.values()]
  // A single wallet is there nearly always: it is locked at once.
  const found = all.length === 1 ? await lockAndLoad(tx, all) : new Map<string, Loaded>()
  const made = found.size === 1 ? new Map<string, Made>() : await makeMissing(tx, folds)
  const old = all.filter((fold) => !made.has(walletId(fold.key)))
  const states = found.size === 1 ? found : await lockAndLoad(tx, old)

  const answers: Answer[] = Array.from(commands, () => unanswered)
  const recordings: Recording[] = [...made.values()].map((each) => each.recording)
  for (const each of made.values()) place(answers, each.fold, each.answers)
  for (const fold of old) {
    const loaded = states.get(walletId(fold.key))
    assert(loaded !== undefined, 'a wallet that was not made exists')
    const posting = postAll(loaded.state, fold.commands)
    place(answers, fold, posting.answers)
    if (posting.entries.length > 0) recordings.push(recordingOf(loaded, posting, false))
  }

  await record(tx, recordings)
  return answers
}

/** Wallets that are locked, with all that a posting to them is decided from. */
export type LockedWallets = ReadonlyMap<string, Loaded>

/**
 * Locks wallets in key order and reads what they hold, what was posted under the references that are
 * repeated, and what is undone. Those that do not exist are left out. All is sent at once: what
 * stands behind the lock is read when the lock is there.
 */
export async function lockWalletStates(
  tx: Writer,
  keys: readonly WalletKey[],
  repeated: readonly Lookup[],
  undone: readonly Lookup[] = [],
): Promise<LockedWallets> {
  const [rows, contents] = await Promise.all([
    lockWallets(tx, keys),
    loadContents(tx, keys, repeated, undone),
  ])
  const states = new Map<string, Loaded>()
  for (const [id, row] of rows) {
    const content = contents.get(id) ?? { lots: [], holds: [], posted: new Map() }
    states.set(id, {
      key: row.key,
      state: { wallet: row.wallet, ...content },
      headHash: row.headHash,
    })
  }
  return states
}

/** Posts commands to wallets that were locked and read with what the commands repeat. */
export async function postLocked(
  tx: Writer,
  wallets: LockedWallets,
  commands: readonly WalletCommand[],
): Promise<readonly Answer[]> {
  const answers: Answer[] = Array.from(commands, () => unanswered)
  const recordings: Recording[] = []
  for (const [id, fold] of groupByWallet(commands)) {
    const loaded = wallets.get(id)
    assert(loaded !== undefined, 'a wallet that is posted to was locked')
    const posting = postAll(loaded.state, fold.commands)
    place(answers, fold, posting.answers)
    if (posting.entries.length > 0) recordings.push(recordingOf(loaded, posting, false))
  }
  await record(tx, recordings)
  return answers
}

/**
 * Books what is due by an instant in the wallets named, as a posting would have done first. Returns
 * how many entries that made.
 */
export async function settleWallets(
  tx: Writer,
  keys: readonly WalletKey[],
  by: Temporal.Instant,
): Promise<number> {
  const states = await lockAndLoad(
    tx,
    keys.map((key) => ({ key, commands: [], places: [] })),
  )

  const recordings: Recording[] = []
  for (const loaded of states.values()) {
    const posting = postAll(loaded.state, [], by)
    const { nextDue } = loaded.state.wallet
    // One that was wrongly said to be due is set right, or it would be found for ever.
    const misled = posting.wallet.nextDue?.epochMilliseconds !== nextDue?.epochMilliseconds
    if (posting.entries.length > 0 || misled) recordings.push(recordingOf(loaded, posting, false))
  }

  await record(tx, recordings)
  return recordings.reduce((sum, each) => sum + each.entries.length, 0)
}

/** Stands in an answer's place until its wallet is folded; never leaves this file. */
const unanswered: Answer = { ok: false, refusal: 'ledger/unknown-reference' }

type Fold = {
  readonly key: WalletKey
  readonly commands: WalletCommand[]
  readonly places: number[]
}

type Loaded = {
  readonly key: WalletKey
  readonly state: WalletState
  readonly headHash: Buffer
}

function groupByWallet(commands: readonly WalletCommand[]): Map<string, Fold> {
  const folds = new Map<string, Fold>()
  commands.forEach((command, index) => {
    const id = walletId(command.key)
    const fold = folds.get(id) ?? { key: command.key, commands: [], places: [] }
    fold.commands.push(command)
    fold.places.push(index)
    folds.set(id, fold)
  })
  return folds
}

function place(answers: Answer[], fold: Fold, given: readonly Answer[]): void {
  fold.places.forEach((index, nth) => (answers[index] = given[nth] ?? unanswered))
}

type Made = {
  readonly fold: Fold
  readonly recording: Recording
  readonly answers: readonly Answer[]
}

const noHash = Buffer.alloc(32)

/** Makes the wallets that are missing with what their commands come to; those made are returned. */
async function makeMissing(
  tx: Writer,
  folds: ReadonlyMap<string, Fold>,
): Promise<Map<string, Made>> {
  const keys = [...folds.values()].map((fold) => fold.key)
  const existing = await existingWallets(tx, keys)
  const missing = [...folds].filter(([id]) => !existing.has(id))
  if (missing.length === 0) return new Map()

  const members = [...new Set(missing.map(([, fold]) => fold.key.memberId))]
  const sealed = await sealedMembers(tx, members)
  const drafts = new Map(
    missing.map(([id, fold]): [string, Made] => {
      const state = emptyState(sealed.has(fold.key.memberId) ? 'sealed' : 'open')
      const posting = postAll(state, fold.commands)
      const loaded = { key: fold.key, state, headHash: noHash }
      return [id, { fold, recording: recordingOf(loaded, posting, true), answers: posting.answers }]
    }),
  )
  const inserted = await insertWallets(
    tx,
    [...drafts.values()].map((draft) => draft.recording),
  )
  return new Map([...drafts].filter(([id]) => inserted.has(id)))
}

function emptyState(status: WalletStatus): WalletState {
  const wallet = {
    available: noPoints,
    pending: noPoints,
    held: noPoints,
    debt: noPoints,
    seq: 0,
    lastLotId: 0,
    status,
    lastAt: null,
    nextDue: null,
  }
  return { wallet, lots: [], holds: [], posted: new Map() }
}

function recordingOf(loaded: Loaded, posting: Posting, made: boolean): Recording {
  const { wallet, lots, holds } = posting
  const { key, headHash, state } = loaded
  const { lastLotId } = state.wallet
  const chained = chain(key, posting, headHash, lastLotId)
  return { key, wallet, lots, holds, lastLotId, made, ...chained }
}

/** Locks the wallets of commands and reads what they hold and what their commands name. */
async function lockAndLoad(tx: Writer, folds: readonly Fold[]): Promise<LockedWallets> {
  if (folds.length === 0) return new Map()
  const commands = folds.flatMap((fold) => fold.commands)
  const keys = folds.map((fold) => fold.key)
  return await lockWalletStates(tx, keys, commands.flatMap(repeats), commands.flatMap(undoes))
}

function repeats(command: WalletCommand): Lookup[] {
  const itself = { key: command.key, kind: command.kind, ref: command.ref }
  if (command.kind !== 'capture' && command.kind !== 'release') return [itself]
  return [itself, { key: command.key, kind: 'hold', ref: command.of }]
}

const undoneKinds: Partial<Record<CommandKind, readonly CommandKind[]>> = {
  giveBack: ['spend', 'capture'],
  clawBack: ['earn'],
  unseal: ['forfeit'],
}

function undoes(command: WalletCommand): Lookup[] {
  if (!('of' in command) || command.of === undefined) return []
  const { key, of } = command
  const kinds = undoneKinds[command.kind] ?? []
  return kinds.map((kind) => ({ key, kind, ref: of }))
}
