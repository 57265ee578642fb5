import { z } from 'zod'
import { nameOf, PositiveMoneySchema } from '#rules/fields.ts'
import { TargetSchema } from '#rules/pricing/offer-terms.ts'

const AmountSchema = PositiveMoneySchema.refine((fen) => fen >= 1 && fen <= 1_000_000_000, {
  error: 'An amount is more than nothing, and at most 10000000.00.',
})

/** All weights of a draw together: each of them is a whole number, so odds are exact (BF-12). */
export const mostWeight = 1_000_000_000

const DrawSchema = z
  .strictObject({
    /** No prize is less than this (BF-13). */
    least: AmountSchema,
    prizes: z
      .array(z.strictObject({ weight: z.int().min(1).max(mostWeight), amount: AmountSchema }))
      .min(1)
      .max(100),
    target: TargetSchema.optional(),
  })
  .refine(({ least, prizes }) => prizes.every(({ amount }) => amount >= least), {
    path: ['prizes'],
    error: 'Every prize is at least the least.',
  })
  .refine(({ prizes }) => weightOf(prizes) <= mostWeight, {
    path: ['prizes'],
    error: 'The weights add up to 1000000000 at most.',
  })

/** What a member gets (BF-9). */
export const GivesSchema = z.union(
  [
    /** A coupon of `coupon-batch:<slug>`. */
    z.strictObject({
      coupon: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, {
        error: 'A batch is named of a-z, 0-9 and hyphens.',
      }),
    }),
    /** Money off goods: a red envelope of its own in the member's wallet. */
    z.strictObject({
      voucher: z.strictObject({ amount: AmountSchema, target: TargetSchema.optional() }),
    }),
    /** A voucher whose amount is drawn. */
    z.strictObject({ draw: DrawSchema }),
    /** A right that somebody else honours on its code: a return card, a film ticket, a hotel night. */
    z.strictObject({
      card: z.strictObject({
        kind: nameOf(64),
        amount: AmountSchema.optional(),
        percent: z.number().gt(0).max(100).optional(),
        categories: z.array(nameOf(200)).max(1_000).optional(),
      }),
    }),
    /** Megabytes of mobile data. */
    z.strictObject({ data: z.int().min(1).max(1_000_000) }),
    /** A service that stands open as long as the member may have it: it is not claimed. */
    z.strictObject({ service: nameOf(64) }),
  ],
  { error: 'It gives one of coupon, voucher, draw, card, data and service.' },
)

export type Gives = z.output<typeof GivesSchema>
export type Draw = z.output<typeof DrawSchema>

/** Whether it stands open instead of being claimed. */
export function isStanding(gives: Gives | undefined): boolean {
  return gives !== undefined && 'service' in gives
}

/** Whether it is put into the member's hands at once, so that it lapses by itself there. */
export function isHandedOver(gives: Gives | undefined): boolean {
  return gives !== undefined && ('coupon' in gives || 'voucher' in gives || 'draw' in gives)
}

function weightOf(prizes: readonly { readonly weight: number }[]): number {
  return prizes.reduce((sum, { weight }) => sum + weight, 0)
}
