import { hash } from 'node:crypto'
import type { Writer } from '#db/connection.ts'
import {
  claimBySource,
  insertClaim,
  isPaymentKnown,
  type BenefitClaim,
} from '#db/benefits/claims.ts'
import { announce } from '#operations/announcements/announce.ts'
import { claimRef, pointsWallet, readSituation } from '#operations/benefits/_claimant.ts'
import { handOver, type HandedOver } from '#operations/benefits/_hand-over.ts'
import { subjectCategory, type SubjectRefusal } from '#operations/benefits/_subject.ts'
import { undoRefused } from '#operations/_refused.ts'
import {
  benefitAt,
  benefitName,
  benefitsPolicyAt,
  settingAt,
  type BenefitContext,
  type KnownBenefit,
} from '#operations/benefits/benefit-book.ts'
import { makeDrawEpochs } from '#operations/benefits/draw-epochs.ts'
import { beginClaim, sourceOf } from '#operations/issuing/claim-coupon.ts'
import { takeQuota, transactWithQuotas } from '#operations/issuing/quotas.ts'
import { postCommands, type WalletCommand } from '#operations/ledger/post-commands.ts'
import { pointsPolicyAt } from '#operations/policies/fact-context.ts'
import {
  decideBenefit,
  type BenefitDecision,
  type BenefitRefusal,
} from '#rules/benefits/decide-benefit.ts'
import { isHandedOver, isStanding } from '#rules/benefits/gives.ts'
import type { Subject } from '#rules/benefits/periods.ts'
import type { LedgerRefusal } from '#rules/ledger/wallet.ts'
import { asPoints } from '#rules/money/points.ts'
import { isBefore, latest } from '#rules/time/instants.ts'

export type BenefitRequest = {
  readonly memberId: string
  readonly slug: string
  /** Who asks, and under which Idempotency-Key. */
  readonly caller: string
  readonly key: string
  /** The purchase or live view that it is for. */
  readonly subject?: Subject | undefined
  readonly category?: string | undefined
  readonly channel?: string | undefined
  /** What the member puts into a draw. */
  readonly word?: string | undefined
  /** The payment of a price in money, as whoever took it tells. */
  readonly payment?: { readonly ref: string; readonly amountFen: number } | undefined
  readonly at: Temporal.Instant
}

/** What a refusal tells besides. */
export type BenefitFacts = Partial<
  Pick<BenefitDecision, 'price' | 'left' | 'nextAt' | 'short' | 'unlockedBy'>
>

export type BenefitClaimed =
  | { readonly ok: true; readonly claim: BenefitClaim }
  | ({
      readonly ok: false
      readonly refusal:
        | BenefitRefusal
        | SubjectRefusal
        | PaymentRefusal
        | LedgerRefusal
        | Extract<HandedOver, { ok: false }>['refusal']
        | 'benefits/unknown'
        | 'benefits/not-claimed'
        | 'members/unknown'
        | 'members/sealed'
        | 'requests/key-reused'
    } & BenefitFacts)

type PaymentRefusal = 'benefits/payment-missing' | 'benefits/wrong-amount' | 'benefits/payment-used'

/**
 * Claims a benefit for a member: decided by what the member is then (BF-1 to BF-8), paid in points in
 * the same transaction, and handed over or made a right with a code (BF-9). Once under its key; what is
 * refused leaves nothing. The member is locked, so no two claims of one member are decided at once.
 */
export async function claimBenefit(
  context: BenefitContext,
  request: BenefitRequest,
): Promise<BenefitClaimed> {
  const { slug, at } = request
  const known = benefitAt(context.policies, slug, at)
  if (known === undefined) return { ok: false, refusal: 'benefits/unknown' }
  const { gives } = known.terms
  if (isStanding(gives)) return { ok: false, refusal: 'benefits/not-claimed' }
  if (gives !== undefined && 'draw' in gives) await makeDrawEpochs(context, at)

  return await undoRefused<BenefitClaimed>(
    (operation) => transactWithQuotas(context, at, operation),
    (tx) => claim(tx, context, known, request),
  )
}

async function claim(
  tx: Writer,
  context: BenefitContext,
  known: KnownBenefit,
  request: BenefitRequest,
): Promise<BenefitClaimed> {
  const { memberId, slug, subject, category, channel, word = '', payment, at } = request
  const asked = ['benefit', subject, category, channel, word, payment]
  const begun = await beginClaim(tx, request, asked)
  if (!begun.ok) return begun
  const before = await claimBySource(tx, memberId, sourceOf(request))
  if (before !== undefined) return { ok: true, claim: before }

  const setting = settingAt(context, at)
  const found = await subjectCategory(tx, known.terms, request, setting)
  if (!found.ok) return found
  const { member, counts } = await readSituation(tx, context, known, { memberId, subject, at })
  const used = { inPeriod: counts.inPeriod, today: counts.sinceDay }
  const told = { member, used, subject, category: found.category, channel, at }
  const decided = decideBenefit(known.terms, told, setting)
  if (!decided.ok) return { ...factsOf(decided), ok: false, refusal: refusalOf(decided) }
  const paid = await checkPayment(tx, request, decided)
  if (!paid.ok) return { ...factsOf(decided), ...paid }

  const nth = counts.ever + 1
  const claimId = `${slug}.${nth}`
  const actor = request.caller
  const handed = await handOver(tx, context, known, { memberId, claimId, word, actor, at })
  if (!handed.ok) return handed
  const spend = spendOf(context, known, request, claimId, decided.price?.points ?? 0)
  const posted = await postCommands(tx, [...spend, ...handed.commands])
  const failed = posted.find((answer) => !answer.ok)
  if (failed !== undefined) return { ok: false, refusal: failed.refusal }

  const made = claimOf(context, known, request, { nth, claimId, decided, handed })
  await insertClaim(tx, made)
  await tellClaimed(tx, made)
  const short = await takeAll(tx, made, handed.quotas)
  return short
    ? { ...factsOf(decided), ok: false, refusal: 'benefits/sold-out' }
    : { ok: true, claim: made }
}

/** The stock and what else is limited, in the order of their names; whether one had too little. */
async function takeAll(
  tx: Writer,
  { memberId, benefit, ofStock }: BenefitClaim,
  others: readonly string[],
): Promise<boolean> {
  const resources = [...(ofStock ? [benefitName(benefit)] : []), ...others].toSorted()
  for (const resource of resources) {
    const taken = await takeQuota(tx, resource, memberId, 1)
    if (!taken.ok) return true
  }
  return false
}

function factsOf({ price, left, nextAt, short, unlockedBy }: BenefitDecision): BenefitFacts {
  return {
    price,
    left,
    ...(nextAt === undefined ? {} : { nextAt }),
    ...(short === undefined ? {} : { short }),
    ...(unlockedBy === undefined ? {} : { unlockedBy }),
  }
}

function refusalOf({ refusal }: BenefitDecision): BenefitRefusal {
  return refusal ?? 'benefits/not-eligible'
}

/** A price in money is paid elsewhere: whoever took the payment names it, once, to the fen (BF-10). */
async function checkPayment(
  tx: Writer,
  { memberId, payment }: BenefitRequest,
  { price }: BenefitDecision,
): Promise<{ readonly ok: true } | { readonly ok: false; readonly refusal: PaymentRefusal }> {
  const moneyFen = price?.moneyFen ?? 0
  if (payment === undefined) {
    return moneyFen === 0 ? { ok: true } : { ok: false, refusal: 'benefits/payment-missing' }
  }
  if (payment.amountFen !== moneyFen) return { ok: false, refusal: 'benefits/wrong-amount' }
  const isUsed = await isPaymentKnown(tx, memberId, payment.ref)
  return isUsed ? { ok: false, refusal: 'benefits/payment-used' } : { ok: true }
}

function spendOf(
  context: BenefitContext,
  known: KnownBenefit,
  { memberId, caller, at }: BenefitRequest,
  claimId: string,
  points: number,
): WalletCommand[] {
  if (points === 0) return []
  const { policy, name } = pointsPolicyAt(context.policies, at)
  const meta = {
    fingerprint: hash('sha256', JSON.stringify([claimId, points])),
    actor: caller,
    occurredAt: at,
    cause: JSON.stringify({ type: 'benefit.claimed', benefit: known.slug, claimId }),
    policies: [name, known.policy],
  }
  const [key, ref] = [pointsWallet(memberId), claimRef(claimId)]
  return [{ key, kind: 'spend', ref, amount: asPoints(points), order: policy.spend, at, meta }]
}

function claimOf(
  context: BenefitContext,
  known: KnownBenefit,
  request: BenefitRequest,
  made: {
    readonly nth: number
    readonly claimId: string
    readonly decided: BenefitDecision
    readonly handed: Extract<HandedOver, { ok: true }>
  },
): BenefitClaim {
  const { nth, claimId, decided, handed } = made
  const { memberId, subject, payment, at } = request
  const { from, to } = handed
  const { period, price, why } = decided
  const moneyFen = price?.moneyFen ?? 0
  return {
    memberId,
    claimId,
    benefit: known.slug,
    nth,
    version: known.version,
    source: sourceOf(request),
    period: period.key,
    subject: subject === undefined ? null : `${subject.kind}:${subject.id}`,
    status: 'claimed',
    points: price?.points ?? 0,
    moneyFen,
    paymentRef: moneyFen === 0 ? null : (payment?.ref ?? null),
    ofStock: known.terms.stock !== undefined,
    given: JSON.stringify(handed.given),
    validFrom: from,
    validTo: to,
    claimedAt: at,
    endedAt: null,
    nextDue: isHandedOver(known.terms.gives) ? null : firstDue(context, to, at),
    cause: JSON.stringify({ policy: known.policy, why }),
  }
}

/** When a right is next looked at: to tell that it lapses soon, else when it lapses. */
function firstDue(
  { policies, market }: BenefitContext,
  to: Temporal.Instant | null,
  at: Temporal.Instant,
): Temporal.Instant | null {
  if (to === null) return null
  const { tellBefore } = benefitsPolicyAt(policies, at)
  const tellAt = to.toZonedDateTimeISO(market.zone).subtract(tellBefore).toInstant()
  return isBefore(at, tellAt) ? tellAt : latest(to, at)
}

async function tellClaimed(tx: Writer, claim: BenefitClaim): Promise<void> {
  const { memberId, claimId, benefit, points, moneyFen, paymentRef, claimedAt } = claim
  const { kind } = JSON.parse(claim.given) as { readonly kind: string }
  await announce(tx, [
    {
      memberId,
      id: `benefit-claimed/${claimId}`,
      type: 'jifen.benefit.claimed.v1',
      at: claimedAt,
      data: { benefit, claimId, gives: kind, points, moneyFen, paymentRef },
    },
  ])
}
