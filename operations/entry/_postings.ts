import { hash } from 'node:crypto'
import type { Writer } from '#db/connection.ts'
import type { EventEntry } from '#db/entry/entries.ts'
import { walletId } from '#db/ledger/wallets.ts'
import {
  lockWalletStates,
  postCommands,
  type WalletCommand,
} from '#operations/ledger/post-commands.ts'
import { pointsPolicyAt } from '#operations/policies/fact-context.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { assert } from '#rules/assert.ts'
import { postAll } from '#rules/ledger/post.ts'
import type { Answer, WalletKey } from '#rules/ledger/wallet.ts'
import { asPoints } from '#rules/money/points.ts'

type Named = Pick<EventEntry, 'memberId' | 'event' | 'nth'>

/** Who does it, and when. */
export type By = { readonly actor: string; readonly at: Temporal.Instant }

/** The reference of all that an entry posts: `entry:gala.1`. */
export function entryRef({ event, nth }: Pick<EventEntry, 'event' | 'nth'>): string {
  return `entry:${event}.${nth}`
}

/** Reserves what an entry costs (EE-2); nothing for one that costs nothing. */
export function holdFor(
  policies: PolicyBook,
  entry: Named & { readonly points: number; readonly policy: string },
  by: By,
): WalletCommand[] {
  if (entry.points === 0) return []
  const { policy, name } = pointsPolicyAt(policies, by.at)
  const meta = metaOf(entry, 'entry.admitted', by, [name, entry.policy])
  const amount = asPoints(entry.points)
  const ref = entryRef(entry)
  return [{ key: walletOf(entry), kind: 'hold', ref, amount, order: policy.spend, at: by.at, meta }]
}

/** Captures part of what is held of an entry and releases the rest. */
export function endHold(entry: Named, kept: number, back: number, by: By): WalletCommand[] {
  const key = walletOf(entry)
  const ref = entryRef(entry)
  const base = { key, ref, of: ref, at: by.at }
  const capture = metaOf(entry, 'entry.captured', by)
  const release = metaOf(entry, 'entry.released', by)
  return [
    ...(kept === 0
      ? []
      : [{ ...base, kind: 'capture' as const, amount: asPoints(kept), meta: capture }]),
    ...(back === 0
      ? []
      : [{ ...base, kind: 'release' as const, amount: asPoints(back), meta: release }]),
  ]
}

/** Gives back part of what was captured of an entry: for coming, or because it was called off. */
export function giveBackOf(
  entry: Named,
  amount: number,
  why: 'attended' | 'calledOff',
  by: By,
): WalletCommand[] {
  if (amount === 0) return []
  const of = entryRef(entry)
  const meta = metaOf(entry, `entry.${why}`, by)
  const ref = `${of}/${why}`
  return [
    { key: walletOf(entry), kind: 'giveBack', ref, of, amount: asPoints(amount), at: by.at, meta },
  ]
}

/** Posts what a locked member's entry holds: it is there, so nothing of it is refused. */
export async function postOfEntries(
  tx: Writer,
  commands: readonly WalletCommand[],
): Promise<readonly Answer[]> {
  if (commands.length === 0) return []
  const answers = await postCommands(tx, commands)
  const refused = answers.find((answer) => !answer.ok)
  assert(refused === undefined, `what an entry holds is there: ${JSON.stringify(refused)}`)
  return answers
}

/** The points that a locked member can spend at an instant, with the wallet locked. */
export async function lockPoints(
  tx: Writer,
  memberId: string,
  at: Temporal.Instant,
): Promise<number> {
  const key = walletOf({ memberId })
  const loaded = (await lockWalletStates(tx, [key], [], [])).get(walletId(key))
  if (loaded === undefined || loaded.state.wallet.status === 'sealed') return 0
  return postAll(loaded.state, [], at).after.wallet.available
}

function walletOf({ memberId }: Pick<Named, 'memberId'>): WalletKey {
  return { memberId, program: 'platform', unit: 'points' }
}

function metaOf(
  entry: Named,
  type: string,
  { actor, at }: By,
  policies: readonly string[] = [],
): WalletCommand['meta'] {
  const { event, nth } = entry
  return {
    fingerprint: hash('sha256', JSON.stringify([type, event, nth])),
    actor,
    occurredAt: at,
    cause: JSON.stringify({ type, event, nth }),
    policies: [...policies],
  }
}
