import { z } from 'zod'
import { nameOf, PositiveMoneySchema, TitleSchema } from '#rules/fields.ts'
import { LotFunderSchema } from '#rules/issuing/allowance.ts'
import {
  AudienceSchema,
  lastsAsLongAs,
  ValiditySchema,
  WindowSchema,
} from '#rules/issuing/who-and-when.ts'
import { TargetSchema } from '#rules/pricing/offer-terms.ts'

const MoneySchema = PositiveMoneySchema.refine((fen) => fen >= 1 && fen <= 1_000_000_000_000, {
  error: 'An amount is more than nothing, and at most 10000000000.00.',
})

/** Policy `red-envelope:<slug>`: so much money, cut into so many envelopes of random amounts. */
export const RedEnvelopeSchema = z
  .strictObject({
    title: TitleSchema,
    total: MoneySchema,
    count: z.int().min(1).max(10_000_000),
    least: MoneySchema.prefault(1),
    most: MoneySchema,
    perMember: z.int().min(1).max(1_000).default(1),
    claim: WindowSchema,
    audience: AudienceSchema.default('all'),
    validity: ValiditySchema,
    target: TargetSchema.optional(),
    funder: LotFunderSchema.default('platform'),
    campaign: nameOf(100).optional(),
  })
  .refine(({ total, count, least }) => least * count <= total, {
    path: ['least'],
    error: 'The total is enough for the least in every envelope.',
  })
  .refine(({ total, count, most }) => most * count >= total, {
    path: ['most'],
    error: 'The total fits into the envelopes with the most in each.',
  })
  .refine(({ claim, validity }) => lastsAsLongAs(validity, claim), {
    path: ['validity', 'to'],
    error: 'Envelopes can be used as long as they can be claimed, or longer.',
  })

export type RedEnvelopeBudget = z.output<typeof RedEnvelopeSchema>

/** Names an envelope, and with it the version of the policy it is of: its lot's reference. */
export function envelopeRef(
  slug: string,
  version: number,
  place: { readonly number: number; readonly place: number },
): string {
  return `red-envelope:${slug}@${version}/${place.number}-${place.place}`
}

/** The version of the policy that an envelope is of: `red-envelope:x@2`; `undefined`: it is of none. */
export function policyOfEnvelope(ref: string): string | undefined {
  return /^(red-envelope:[a-z0-9-]+@[0-9]+)[/]/.exec(ref)?.[1]
}
