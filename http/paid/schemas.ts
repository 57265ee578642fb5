import { z } from 'zod'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { IdSchema } from '#rules/fields.ts'
import type { PaidYear } from '#rules/members/paid/year.ts'
import { instantToText } from '#rules/time/instants.ts'
import type { PaidView } from '#operations/paid/read-paid.ts'

export const PaymentRefSchema = IdSchema.meta({
  description: 'What names the payment, for ever: it buys one year.',
  examples: ['pay-88-1'],
})

const FenSchema = z.int().min(0)

export const PaidYearSchema = z
  .object({
    number: z.int(),
    paymentRef: z.string(),
    priceFen: FenSchema,
    score: z.int().meta({ description: 'By which that was the price.' }),
    policy: z.string().meta({ examples: ['paidMembership@1'] }),
    boughtAt: InstantTextSchema,
    from: InstantTextSchema,
    to: InstantTextSchema.meta({ description: 'The first instant after it.' }),
    status: z.enum(['toCome', 'running', 'over', 'refunded', 'stopped']),
    refund: z
      .object({ refundRef: z.string(), at: InstantTextSchema, refundFen: FenSchema })
      .nullable(),
  })
  .meta({ id: 'PaidYear', description: 'A year of paid membership that was bought.' })

export const PaidMembershipSchema = z
  .object({
    title: z.object({ zh: z.string(), en: z.string() }),
    paidMember: z.boolean(),
    until: InstantTextSchema.nullable().meta({
      description: 'When membership ends as it is bought, renewals counted.',
    }),
    next: z
      .object({
        mayBuy: z.boolean(),
        priceFen: FenSchema,
        score: z.int(),
        scoreFrom: z.int().optional().meta({ description: 'The score that this price needs.' }),
        from: InstantTextSchema.optional(),
        to: InstantTextSchema.optional(),
        renewableFrom: InstantTextSchema.optional().meta({
          description: 'Where it is too early: from when on it may be bought.',
        }),
      })
      .meta({ description: 'What buying a year now comes to, and why.' }),
    saved: z.object({ monthFen: z.int(), yearFen: z.int(), membershipFen: z.int() }).meta({
      description: 'In this month, in this year, and since the running year began.',
    }),
    caps: z.array(
      z.object({
        cap: z.string().meta({ examples: ['88vip/month'] }),
        period: z.enum(['day', 'month', 'year']),
        capFen: FenSchema,
        savedFen: z.int(),
        leftFen: FenSchema,
      }),
    ),
    gives: z.object({
      offers: z.array(z.string()),
      coupons: z.array(z.object({ batch: z.string(), count: z.int() })),
      benefits: z.array(z.string()),
    }),
    titles: z
      .record(z.string(), z.object({ zh: z.string(), en: z.string() }))
      .meta({ description: 'What is given, by name, as buyers call it.' }),
    years: z.array(PaidYearSchema),
  })
  .meta({ id: 'PaidMembership', description: 'What a member has of paid membership.' })

/** A year as it is told at an instant. */
export function yearText(
  year: PaidYear,
  now: Temporal.Instant,
  zone: string,
): z.input<typeof PaidYearSchema> {
  const text = (instant: Temporal.Instant): string => instantToText(instant, zone)
  const { refund } = year
  return {
    number: year.number,
    paymentRef: year.paymentRef,
    priceFen: year.priceFen,
    score: year.score,
    policy: year.policy,
    boughtAt: text(year.boughtAt),
    from: text(year.from),
    to: text(year.to),
    status: statusOf(year, now),
    refund:
      refund === null
        ? null
        : { refundRef: refund.ref, at: text(refund.at), refundFen: refund.refundFen },
  }
}

/** What a member has of paid membership, as it is told. */
export function paidText(
  view: PaidView,
  until: Temporal.Instant | undefined,
  now: Temporal.Instant,
  zone: string,
): z.input<typeof PaidMembershipSchema> {
  const { policy, years, running, offer, mayBuy, saved, caps, titles } = view
  const { priceFen, score, scoreFrom } = offer
  const { offers, coupons, benefits } = policy
  return {
    title: policy.title,
    paidMember: running !== undefined,
    until: until === undefined ? null : instantToText(until, zone),
    next: {
      mayBuy,
      priceFen,
      score,
      ...(scoreFrom === undefined ? {} : { scoreFrom }),
      ...(offer.ok
        ? { from: instantToText(offer.from, zone), to: instantToText(offer.to, zone) }
        : { renewableFrom: instantToText(offer.renewableFrom, zone) }),
    },
    saved,
    caps: [...caps],
    gives: { offers, coupons, benefits },
    titles: { ...titles },
    years: years.map((year) => yearText(year, now, zone)),
  }
}

function statusOf(
  { from, to, refund, stoppedAt }: PaidYear,
  now: Temporal.Instant,
): z.input<typeof PaidYearSchema>['status'] {
  if (refund !== null) return 'refunded'
  if (stoppedAt !== null) return 'stopped'
  if (now.epochMilliseconds < from.epochMilliseconds) return 'toCome'
  return now.epochMilliseconds < to.epochMilliseconds ? 'running' : 'over'
}
