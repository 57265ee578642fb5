import { assert } from '#rules/assert.ts'
import type { Writer } from '#db/connection.ts'
import { loadContents, type Lookup } from '#db/ledger/load.ts'
import { record, type Recording } from '#db/ledger/record.ts'
import {
  existingWallets,
  insertWallets,
  lockWallets,
  walletId,
  type WalletRow,
} from '#db/ledger/wallets.ts'
import { chain } from '#operations/ledger/_chain.ts'
import { postAll, type TimedCommand } from '#rules/ledger/post.ts'
import type { Answer, CommandKind, WalletKey, WalletState } from '#rules/ledger/wallet.ts'

/** A command for one wallet, with the clock it is posted at. */
export type WalletCommand = TimedCommand & { readonly key: WalletKey }

/**
 * Posts commands of any number of wallets inside a transaction: locks the wallets in key order
 * (making those that are missing), loads them in one statement a table, decides each with the pure
 * posting function, records them in one statement a table. Answers come in the order of the commands.
 */
export async function postCommands(
  tx: Writer,
  commands: readonly WalletCommand[],
): Promise<readonly Answer[]> {
  const folds = groupByWallet(commands)
  const rows = await lockOrMake(
    tx,
    [...folds.values()].map((fold) => fold.key),
  )
  const states = await loadStates(tx, rows, commands)

  const recordings: Recording[] = []
  const answers: Answer[] = Array.from(commands, () => pendingAnswer)
  for (const [id, fold] of folds) {
    const loaded = states.get(id)
    assert(loaded !== undefined, 'every wallet was loaded')
    const posting = postAll(loaded.state, fold.commands)
    fold.places.forEach(
      (place, index) => (answers[place] = posting.answers[index] ?? pendingAnswer),
    )
    if (posting.entries.length === 0) continue
    recordings.push({
      ...posting,
      key: fold.key,
      ...chain(fold.key, posting.entries, loaded.headHash),
    })
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
  const rows = await lockWallets(tx, keys)
  const states = await loadStates(tx, rows, [])

  const recordings: Recording[] = []
  for (const { key, state, headHash } of states.values()) {
    const posting = postAll(state, [], by)
    if (posting.entries.length === 0) continue
    recordings.push({ ...posting, key, ...chain(key, posting.entries, headHash) })
  }

  await record(tx, recordings)
  return recordings.reduce((sum, each) => sum + each.entries.length, 0)
}

/** Stands in an answer's place until its wallet is folded; never leaves this file. */
const pendingAnswer: Answer = { ok: false, refusal: 'ledger/unknown-reference' }

type Fold = {
  readonly key: WalletKey
  readonly commands: TimedCommand[]
  readonly places: number[]
}

function groupByWallet(commands: readonly WalletCommand[]): Map<string, Fold> {
  const folds = new Map<string, Fold>()
  commands.forEach((command, place) => {
    const id = walletId(command.key)
    const fold = folds.get(id) ?? { key: command.key, commands: [], places: [] }
    fold.commands.push(command)
    fold.places.push(place)
    folds.set(id, fold)
  })
  return folds
}

/**
 * A single wallet is locked at once and made only if that finds none. Many are made first where they
 * are missing, in key order, and locked afterwards: nobody waits for a key below one he holds.
 */
async function lockOrMake(tx: Writer, keys: readonly WalletKey[]): Promise<Map<string, WalletRow>> {
  if (keys.length === 1) {
    const locked = await lockWallets(tx, keys)
    if (locked.size === 1) return locked
    await insertWallets(tx, keys)
    return await lockWallets(tx, keys)
  }
  const existing = await existingWallets(tx, keys)
  const missing = keys.filter((key) => !existing.has(walletId(key)))
  if (missing.length > 0) await insertWallets(tx, missing)
  return await lockWallets(tx, keys)
}

async function loadStates(
  tx: Writer,
  rows: ReadonlyMap<string, WalletRow>,
  commands: readonly WalletCommand[],
): Promise<Map<string, { key: WalletKey; state: WalletState; headHash: Buffer }>> {
  const keys = [...rows.values()].map((row) => row.key)
  const contents = await loadContents(tx, keys, commands.flatMap(repeats), commands.flatMap(undoes))
  const states = new Map<string, { key: WalletKey; state: WalletState; headHash: Buffer }>()
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

function repeats(command: WalletCommand): Lookup[] {
  const itself = { key: command.key, kind: command.kind, ref: command.ref }
  if (command.kind !== 'capture' && command.kind !== 'release') return [itself]
  return [itself, { key: command.key, kind: 'hold', ref: command.of }]
}

const undoneKinds: Partial<Record<CommandKind, readonly CommandKind[]>> = {
  giveBack: ['spend', 'capture'],
  clawBack: ['earn'],
}

function undoes(command: WalletCommand): Lookup[] {
  if (!('of' in command)) return []
  const kinds = undoneKinds[command.kind] ?? []
  return kinds.map((kind) => ({ key: command.key, kind, ref: command.of }))
}
