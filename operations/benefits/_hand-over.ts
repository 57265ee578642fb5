import { hash, randomBytes } from 'node:crypto'
import type { Writer } from '#db/connection.ts'
import { drawsMade, insertDraw, lockOpenEpoch, type BenefitDraw } from '#db/benefits/draws.ts'
import { claimRef, voucherWallet } from '#operations/benefits/_claimant.ts'
import type { BenefitContext, KnownBenefit } from '#operations/benefits/benefit-book.ts'
import { drawBy } from '#operations/benefits/draw-again.ts'
import type { Given } from '#operations/benefits/given.ts'
import { giveCoupon } from '#operations/issuing/give-coupon.ts'
import type { WalletCommand } from '#operations/ledger/post-commands.ts'
import { assert } from '#rules/assert.ts'
import type { Draw, Gives } from '#rules/benefits/gives.ts'
import { codeBytes, codeFrom } from '#rules/issuing/coupon-code.ts'
import { validFor } from '#rules/issuing/who-and-when.ts'
import { asPoints } from '#rules/money/points.ts'

/** What handing over comes to. */
export type HandedOver =
  | {
      readonly ok: true
      readonly given: Given
      /** From when until when it can be used. */
      readonly from: Temporal.Instant
      readonly to: Temporal.Instant | null
      /** What goes into a wallet. */
      readonly commands: readonly WalletCommand[]
      /** What is to be taken of quotas besides the benefit's own stock. */
      readonly quotas: readonly string[]
    }
  | {
      readonly ok: false
      readonly refusal: 'issuing/unknown-batch' | 'issuing/member-limit-reached'
    }

export type Handing = {
  readonly memberId: string
  readonly claimId: string
  readonly word: string
  readonly actor: string
  readonly at: Temporal.Instant
}

/** Puts what a benefit gives into the hands of a locked member, or makes the right to it (BF-9). */
export async function handOver(
  tx: Writer,
  context: BenefitContext,
  known: KnownBenefit,
  handing: Handing,
): Promise<HandedOver> {
  const { gives, validity } = known.terms
  const { at, memberId, claimId } = handing
  const { from, to } =
    validity === undefined ? { from: at, to: null } : validFor(validity, at, context.market.zone)
  const handed = { ok: true, from, to, commands: [], quotas: [] } as const
  if (gives === undefined) return { ...handed, given: { kind: 'right', code: freshCode() } }

  if ('coupon' in gives) {
    const source = claimRef(claimId)
    const given = await giveCoupon(tx, context, { memberId, slug: gives.coupon, source, at })
    if (!given.ok) return given
    const { couponId, batch, activeAt, expiresAt } = given.coupon
    const coupon = { kind: 'coupon', couponId, batch } as const
    const quotas = [`coupon-batch:${batch}`]
    return { ...handed, given: coupon, from: activeAt, to: expiresAt, quotas }
  }
  if ('voucher' in gives) {
    const { amount, target } = gives.voucher
    const command = voucherEarn(known, handing, { amount, target, from, to })
    return { ...handed, given: { kind: 'voucher', amountFen: amount }, commands: [command] }
  }
  if ('draw' in gives) {
    const amount = await drawFor(tx, known, gives.draw, handing)
    const command = voucherEarn(known, handing, { amount, target: gives.draw.target, from, to })
    return { ...handed, given: { kind: 'draw', amountFen: amount }, commands: [command] }
  }
  return { ...handed, given: rightTo(gives) }
}

function rightTo(
  gives: Extract<Gives, { card: unknown } | { data: unknown } | { service: unknown }>,
): Given {
  if ('data' in gives) return { kind: 'data', megabytes: gives.data, code: freshCode() }
  assert('card' in gives, 'what stands open is not claimed')
  const { kind, amount, percent, categories } = gives.card
  return {
    kind: 'card',
    card: kind,
    code: freshCode(),
    ...(amount === undefined ? {} : { amountFen: amount }),
    ...(percent === undefined ? {} : { percent }),
    ...(categories === undefined ? {} : { categories }),
  }
}

function freshCode(): string {
  return codeFrom(randomBytes(codeBytes))
}

/** The command that puts a voucher into the wallet as a lot of its own. */
function voucherEarn(
  known: KnownBenefit,
  { memberId, claimId, actor, at }: Handing,
  voucher: {
    readonly amount: number
    readonly target: Draw['target']
    readonly from: Temporal.Instant
    readonly to: Temporal.Instant | null
  },
): WalletCommand {
  const { amount, target, from, to } = voucher
  return {
    key: voucherWallet(memberId),
    kind: 'earn',
    ref: claimRef(claimId),
    amount: asPoints(amount),
    activeAt: from,
    expiresAt: to,
    funder: 'platform',
    target: target === undefined ? undefined : JSON.stringify(target),
    merge: false,
    at,
    meta: {
      fingerprint: hash('sha256', JSON.stringify([claimId, amount])),
      actor,
      occurredAt: at,
      cause: JSON.stringify({ type: 'benefit.claimed', benefit: known.slug, claimId }),
      policies: [known.policy],
    },
  }
}

/** Draws a prize and keeps of what it was drawn (BF-12). */
async function drawFor(
  tx: Writer,
  known: KnownBenefit,
  { prizes }: Draw,
  { memberId, claimId, word, at }: Handing,
): Promise<number> {
  const epoch = await lockOpenEpoch(tx, at)
  assert(epoch !== undefined, 'the secret of a draw was made before it')
  const number = (await drawsMade(tx, memberId, epoch.epoch)) + 1
  const mark = { memberId, claimId, number, word }
  const { prize, ticket } = drawBy(
    epoch.seed,
    mark,
    prizes.map(({ weight }) => weight),
  )
  const amountFen = prizes[prize]?.amount ?? 0
  const drawn: BenefitDraw = {
    ...mark,
    epoch: epoch.epoch,
    policy: known.policy,
    ticket,
    prize,
    amountFen,
    drawnAt: at,
  }
  await insertDraw(tx, drawn)
  return amountFen
}
