import { hash } from 'node:crypto'
import type { ChainedEntry } from '#db/ledger/record.ts'
import type { Account, Entry, WalletKey } from '#rules/ledger/wallet.ts'

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
  ])
  return hash('sha256', text, 'buffer')
}

/** Chains new entries of one wallet onto its head; the last hash is the new head. */
export function chain(
  key: WalletKey,
  entries: readonly Entry[],
  headHash: Buffer,
): { readonly entries: readonly ChainedEntry[]; readonly headHash: Buffer } {
  let head = headHash
  const chained = entries.map((entry) => {
    const prevHash = head
    const answerText = JSON.stringify(entry.answer)
    head = hashOf(key, hashedOf(entry, answerText), prevHash)
    return { ...entry, answerText, prevHash, hash: head }
  })
  return { entries: chained, headHash: head }
}

function hashedOf(entry: Entry, answerText: string): HashedEntry {
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
  }
}
