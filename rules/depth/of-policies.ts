import type { z } from 'zod'
import type { DepthInputSchema } from '#rules/depth/input.ts'
import type { DepthReport } from '#rules/depth/report.ts'
import type { Allowance } from '#rules/issuing/allowance.ts'
import type { CouponBatch, CouponBatchSchema } from '#rules/issuing/coupon-batch.ts'
import type { RedEnvelopeBudget, RedEnvelopeSchema } from '#rules/issuing/red-envelope.ts'
import type { Validity } from '#rules/issuing/who-and-when.ts'
import type { OfferTermsSchema } from '#rules/pricing/offer-terms.ts'
import type { Window } from '#rules/time/instants.ts'

/** A policy of a family, as it is written and as the rules read it. */
export type InstrumentPolicy = {
  readonly name: string
  readonly body: unknown
  readonly policy: unknown
}

/** What is asked about the instruments of policies, in the JSON form of the input. */
export type AskedOfPolicies = Omit<z.input<typeof DepthInputSchema>, 'offers' | 'member'> & {
  readonly tier?: string | undefined
  readonly points?: number | undefined
  /** What is in the member's wallet; absent: the most that the policies give. */
  readonly allowance?: string | number | undefined
}

type Asked = z.input<typeof DepthInputSchema>
type Holder = NonNullable<Asked['member']>

/** A member could get more of one kind; more of them go no other way. */
const mostCopies = 5
const mostAllowanceFen = 100_000_000_000

/** Whether a policy of this name is an instrument that a depth check tries. */
export function isInstrument(name: string): boolean {
  return /^(offer|coupon-batch|red-envelope|allowance):/.test(name)
}

/**
 * The depth check of policies, in the JSON form of its input: every offer, and a member who holds all
 * that may be issued to one: coupons of every batch, the largest envelopes, the largest allowances.
 */
export function depthInputOf(policies: readonly InstrumentPolicy[], asked: AskedOfPolicies): Asked {
  const { tier, points, allowance, ...rest } = asked
  const of = (family: string) => policies.filter(({ name }) => name.startsWith(`${family}:`))
  const member: Holder = {
    coupons: of('coupon-batch').flatMap(couponsOf),
    redEnvelopes: of('red-envelope').flatMap(envelopesOf),
    allowance: allowance ?? allowanceOf(of('allowance')),
    ...(tier === undefined ? {} : { tier }),
    ...(points === undefined ? {} : { points }),
  }
  return { ...rest, offers: of('offer').map(offerOf), member }
}

/** The input of `decide quote` that comes to the depth told (DC-1). */
export function quoteInputOf(input: Asked, { basket }: DepthReport): object {
  const { offers, member, allowanceStep } = input
  const { at = '1970-01-01T00:00:00Z', channel, lines, ...buyer } = basket
  return {
    at,
    lines,
    offers,
    member: { ...member, ...buyer },
    ...(allowanceStep === undefined ? {} : { allowanceStep }),
    ...(channel === undefined ? {} : { channel }),
  }
}

function offerOf({ name, body }: InstrumentPolicy): NonNullable<Asked['offers']>[number] {
  const { title: _, ...terms } = body as z.input<typeof OfferTermsSchema>
  return { id: name, ...terms }
}

function couponsOf({ name, body, policy }: InstrumentPolicy): NonNullable<Holder['coupons']> {
  const { terms } = body as z.input<typeof CouponBatchSchema>
  const { claim, validity, perMember } = policy as CouponBatch
  const window = usableIn(claim, validity)
  const copies = terms.stacks === true ? perMember : 1
  return copiesOf(name, copies).map((id) => ({ id, ...terms, window }))
}

function envelopesOf({
  name,
  body,
  policy,
}: InstrumentPolicy): NonNullable<Holder['redEnvelopes']> {
  const { target, funder, campaign } = body as z.input<typeof RedEnvelopeSchema>
  const { most, perMember } = policy as RedEnvelopeBudget
  const amount: number = most
  return copiesOf(name, perMember).map((id) => ({
    id,
    amount,
    ...(target === undefined ? {} : { target }),
    ...(funder === undefined ? {} : { funder }),
    ...(campaign === undefined ? {} : { campaign }),
  }))
}

function allowanceOf(policies: readonly InstrumentPolicy[]): number {
  const most = policies.map(({ policy }): number => (policy as Allowance).amount.most)
  return Math.min(
    most.reduce((sum, fen) => sum + fen, 0),
    mostAllowanceFen,
  )
}

/** From the first instant at which somebody can have it until the last at which somebody can use it. */
function usableIn(claim: Window, validity: Validity): { from: string; to: string } {
  if ('from' in validity) return { from: validity.from.toString(), to: validity.to.toString() }
  const to = claim.to.toZonedDateTimeISO('UTC').add(validity.after).toInstant()
  return { from: claim.from.toString(), to: to.toString() }
}

function copiesOf(name: string, count: number): readonly string[] {
  const copies = Math.min(count, mostCopies)
  return Array.from({ length: copies }, (_, n) => (n === 0 ? name : `${name}.${n + 1}`))
}
