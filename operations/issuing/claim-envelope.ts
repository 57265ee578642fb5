import { hash } from 'node:crypto'
import type { Writer } from '#db/connection.ts'
import { budgetOf, openGrants } from '#db/issuing/budgets.ts'
import {
  claimEnvelope as markClaimed,
  envelopeClaims,
  insertEnvelopeClaim,
  lockFreeEnvelope,
  lockNextEnvelope,
  type Envelope,
  type EnvelopeClaim,
} from '#db/issuing/envelopes.ts'
import { beginTake, endTake, undoTake } from '#db/issuing/quotas.ts'
import { shardOf } from '#db/issuing/shards.ts'
import { undoRefused } from '#operations/_refused.ts'
import { claimerFor } from '#operations/issuing/_claimers.ts'
import { envelopeWallet } from '#operations/issuing/_earn-commands.ts'
import { isSoldOut, rememberSoldOut } from '#operations/issuing/_sold-out.ts'
import {
  beginClaim,
  sourceOf,
  type ClaimRequest,
  type IssueContext,
} from '#operations/issuing/claim-coupon.ts'
import { QuotaDry, transactWithQuotas } from '#operations/issuing/quotas.ts'
import { postCommands, type WalletCommand } from '#operations/ledger/post-commands.ts'
import type { KnownPolicy } from '#operations/policies/policy-book.ts'
import { envelopeRef, type RedEnvelopeBudget } from '#rules/issuing/red-envelope.ts'
import {
  mayClaim,
  validFor,
  type ClaimRefusal,
  type NotForMember,
} from '#rules/issuing/who-and-when.ts'
import type { Answer } from '#rules/ledger/wallet.ts'
import { asPoints } from '#rules/money/points.ts'

export type EnvelopeClaimed =
  | { readonly ok: true; readonly envelope: EnvelopeClaim }
  | Extract<Answer, { ok: false }>
  | NotForMember
  | {
      readonly ok: false
      readonly refusal:
        | Exclude<ClaimRefusal, 'issuing/not-for-member'>
        | 'issuing/unknown-envelope'
        | 'issuing/sold-out'
        | 'members/unknown'
        | 'members/sealed'
        | 'requests/key-reused'
    }

/**
 * Gives a member one of the envelopes cut of a budget (IS-8, IS-9, IS-17): a lot of its own in the
 * wallet of red envelopes, once under the key. What is refused leaves nothing.
 */
export async function claimEnvelope(
  context: IssueContext,
  request: ClaimRequest,
): Promise<EnvelopeClaimed> {
  const { slug, at } = request
  const resource = `red-envelope:${slug}`
  const known = context.policies.at(resource, at)
  if (known === undefined) return { ok: false, refusal: 'issuing/unknown-envelope' }
  if (isSoldOut(context.db, resource, 1, at)) return await claimedBefore(context, request)

  const claimed = await undoRefused<EnvelopeClaimed>(
    (operation) => transactWithQuotas(context, at, operation),
    (tx) => claim(tx, context, request, known),
  )
  if (!claimed.ok && claimed.refusal === 'issuing/sold-out') {
    rememberSoldOut(context.db, resource, 1, at)
  }
  return claimed
}

async function claim(
  tx: Writer,
  context: IssueContext,
  request: ClaimRequest,
  known: KnownPolicy,
): Promise<EnvelopeClaimed> {
  const { memberId, slug, at } = request
  const begun = await beginClaim(tx, request, ['envelope'])
  if (!begun.ok) return begun
  const had = await envelopeClaims(tx, memberId, slug)

  const before = had.find((each) => each.source === sourceOf(request))
  if (before !== undefined) return { ok: true, envelope: before }
  const budget = known.policy as RedEnvelopeBudget
  const claimer = await claimerFor(tx, context.policies, budget.audience, memberId, at)
  const may = mayClaim(budget, { ...claimer, had: had.length, at })
  if (!may.ok) return may
  const found = await nextEnvelope(tx, memberId, known.name, slug)
  if (found === undefined) return { ok: false, refusal: 'issuing/sold-out' }

  const window = validFor(budget.validity, at, context.market.zone)
  const envelope: EnvelopeClaim = {
    nth: had.length + 1,
    source: sourceOf(request),
    ref: envelopeRef(slug, known.version, found),
    amount: found.amount,
    expiresAt: window.to,
  }
  const [answer] = await postCommands(tx, [earnOf(request, known, envelope, window.from)])
  if (answer?.ok === false) {
    const { seq: _, ...refused } = answer
    return refused
  }
  await insertEnvelopeClaim(tx, memberId, slug, envelope, at)
  await markClaimed(tx, shardOf(memberId), slug, found, memberId)
  return { ok: true, envelope }
}

/** An open envelope, locked; `undefined` only when everything was granted and none is left (IS-6). */
async function nextEnvelope(
  tx: Writer,
  memberId: string,
  resource: string,
  slug: string,
): Promise<Envelope | undefined> {
  const shard = shardOf(memberId)
  await beginTake(tx)
  const free = await lockFreeEnvelope(tx, shard, slug)
  if (free === undefined) await undoTake(tx)
  await endTake(tx)
  if (free !== undefined) return free
  // Some may be locked by claims that come to nothing: once, we wait for them.
  const next = await lockNextEnvelope(tx, shard, slug)
  if (next !== undefined) return next

  const [budget, grants] = await Promise.all([budgetOf(tx, resource), openGrants(tx, resource)])
  const isAllGranted = budget !== undefined && budget.granted >= budget.total
  if (!isAllGranted || grants.length > 0) throw new QuotaDry(resource, 1)
  return undefined
}

function earnOf(
  { memberId, slug, caller, at }: ClaimRequest,
  known: KnownPolicy,
  envelope: EnvelopeClaim,
  activeAt: Temporal.Instant,
): WalletCommand {
  const { funder, target, campaign } = known.policy as RedEnvelopeBudget
  const { ref, amount, expiresAt } = envelope
  return {
    key: envelopeWallet(memberId),
    kind: 'earn',
    ref,
    amount: asPoints(amount),
    activeAt,
    expiresAt,
    funder,
    target: target === undefined ? undefined : JSON.stringify(target),
    // One envelope is one lot, for ever: its reference is the envelope's.
    merge: false,
    at,
    meta: {
      fingerprint: hash('sha256', JSON.stringify([ref, amount])),
      actor: caller,
      occurredAt: at,
      cause: JSON.stringify({ type: 'red-envelope.claimed', batch: slug, campaign }),
      policies: [`${known.name}@${known.version}`],
    },
  }
}

/** While nothing is known to be left, only who had one by the same request gets an answer. */
async function claimedBefore(
  context: IssueContext,
  request: ClaimRequest,
): Promise<EnvelopeClaimed> {
  const had = await envelopeClaims(context.db, request.memberId, request.slug)
  const before = had.find((each) => each.source === sourceOf(request))
  if (before !== undefined) return { ok: true, envelope: before }
  return { ok: false, refusal: 'issuing/sold-out' }
}
