import { hash } from 'node:crypto'
import type { ChainedEntry } from '#db/ledger/record.ts'
import type { Account, Entry, Hold, Lot, WalletKey } from '#rules/ledger/wallet.ts'

/** Everything of an entry that its hash covers, in the form in which it is stored. */
export type HashedEntry = {
  readonly seq: number
  readonly kind: string
  readonly ref: string
  readonly of: string | null
  readonly fingerprint: string
  readonly amount: number
  readonly outcome: string
  readonly answerText: string
  readonly cause: string
  readonly actor: string
  readonly policies: string
  readonly occurredAtMs: number
  readonly bookedAtMs: number
  /** `[lotId, toLotId, debit, credit, amount]` by line. */
  readonly transfers: readonly (readonly [number | null, number | null, Account, Account, number])[]
  /** What of the lots and the hold that it opened never changes, so that nobody else changes it. */
  readonly opened: readonly (readonly (string | number | boolean | null)[])[]
}

/** What of a lot is fixed when it is opened. */
export type LotTerms = {
  readonly lotId: number
  readonly origin: string
  readonly ref: string
  readonly funder: string
  readonly target: string | null
  readonly activeAtMs: number
  readonly expiresAtMs: number | null
  readonly mergeable: boolean
}

/** What an entry opened, as it is hashed: lots in the order of their ids, and when a hold ends. */
export function openedBy(
  lots: readonly LotTerms[],
  hold: { readonly expiresAtMs: number | null } | undefined,
): HashedEntry['opened'] {
  const terms = lots.map((lot) => [
    lot.lotId,
    lot.origin,
    lot.ref,
    lot.funder,
    lot.target,
    lot.activeAtMs,
    lot.expiresAtMs,
    lot.mergeable,
  ])
  return hold === undefined ? terms : [...terms, [hold.expiresAtMs]]
}

/** The hash of an entry: SHA-256 over the hash before it and all it says, as one JSON text. */
export function hashOf(key: WalletKey, entry: HashedEntry, prevHash: Buffer): Buffer {
  const text = JSON.stringify([
    prevHash.toString('hex'),
    key.memberId,
    key.program,
    key.unit,
    entry.seq,
    entry.kind,
    entry.ref,
    entry.of,
    entry.fingerprint,
    entry.amount,
    entry.outcome,
    entry.answerText,
    entry.cause,
    entry.actor,
    entry.policies,
    entry.occurredAtMs,
    entry.bookedAtMs,
    entry.transfers,
    entry.opened,
  ])
  return hash('sha256', text, 'buffer')
}

/**
 * Chains new entries of one wallet onto its head; the last hash is the new head. `lots` and `holds`
 * have those that the entries opened: lots above `lastLotId`, the highest id before them.
 */
export function chain(
  key: WalletKey,
  { entries, lots, holds }: { readonly entries: readonly Entry[] } & Changed,
  headHash: Buffer,
  lastLotId: number,
): { readonly entries: readonly ChainedEntry[]; readonly headHash: Buffer } {
  let head = headHash
  const isNew = new Map(lots.filter((lot) => lot.lotId > lastLotId).map((lot) => [lot.lotId, lot]))
  const chained = entries.map((entry) => {
    const prevHash = head
    const answerText = JSON.stringify(entry.answer)
    const opened = openedOf(entry, isNew, holds)
    head = hashOf(key, hashedOf(entry, answerText, opened), prevHash)
    return { ...entry, answerText, prevHash, hash: head }
  })
  return { entries: chained, headHash: head }
}

type Changed = { readonly lots: readonly Lot[]; readonly holds: readonly Hold[] }

/** The lots that an entry is the first to move something into; taken out of `isNew`. */
function openedOf(
  entry: Entry,
  isNew: Map<number, Lot>,
  holds: readonly Hold[],
): HashedEntry['opened'] {
  const lots: LotTerms[] = []
  for (const { toLotId } of entry.transfers) {
    const lot = toLotId === null ? undefined : isNew.get(toLotId)
    if (lot === undefined || !isNew.delete(lot.lotId)) continue
    const { expiresAt, activeAt } = lot
    const activeAtMs = activeAt.epochMilliseconds
    lots.push({ ...lot, activeAtMs, expiresAtMs: expiresAt?.epochMilliseconds ?? null })
  }
  const isHold = entry.kind === 'hold' && entry.outcome === 'done'
  const hold = isHold ? holds.find((each) => each.ref === entry.ref) : undefined
  if (hold === undefined) return openedBy(lots, undefined)
  return openedBy(lots, { expiresAtMs: hold.expiresAt?.epochMilliseconds ?? null })
}

function hashedOf(entry: Entry, answerText: string, opened: HashedEntry['opened']): HashedEntry {
  const { seq, kind, ref, of, amount, outcome, meta } = entry
  return {
    seq,
    kind,
    ref,
    of,
    fingerprint: meta.fingerprint,
    amount,
    outcome,
    answerText,
    cause: meta.cause,
    actor: meta.actor,
    policies: meta.policies.join(' '),
    occurredAtMs: meta.occurredAt.epochMilliseconds,
    bookedAtMs: entry.bookedAt.epochMilliseconds,
    transfers: entry.transfers.map((each) => [
      each.lotId,
      each.toLotId,
      each.debit,
      each.credit,
      each.amount,
    ]),
    opened,
  }
}
