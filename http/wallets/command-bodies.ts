import { z } from 'zod'
import { asPoints } from '#rules/money/points.ts'
import { IdSchema, InstantSchema } from '#rules/fields.ts'

/** The most that one posting may move. */
const mostAmount = 1_000_000_000_000

const amount = z
  .int({ error: notAmount })
  .min(1, { error: notAmount })
  .max(mostAmount, { error: notAmount })
  .transform(asPoints)
  .meta({ description: 'A whole number of units, 1 or more.', examples: [100] })

function notAmount(): string {
  return `An amount is a whole number from 1 to ${mostAmount}, not a text and without a fraction.`
}

/** References that the program gives to its own postings, which others may not take first. */
const ownEarns = /^(order|key|issue|game|red-envelope|benefit|late|late-deposit|protection):/
const ownClawBacks = /^(refund|key|back|protection):/
const ownOthers = /^(key|trade|entry|benefit):/

/** What is held or spent under such a reference is turned by what it is for, and by nothing else. */
export function isTurnedByItsOwn(ref: string): boolean {
  return /^(trade|entry):/.test(ref)
}

function refNotLike(own: RegExp) {
  return IdSchema.refine((ref) => !own.test(ref), {
    error: 'References that begin like this one are the program’s own.',
  })
    .optional()
    .meta({
      description:
        'A business reference, unique for ever in the wallet and among postings of the kind; absent: made of the Idempotency-Key.',
      examples: ['cart-1001'],
    })
}

const reason = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .meta({ description: 'Why, in words, for the books. Nothing personal.' })

const lots = z
  .array(z.string().min(1).max(600))
  .min(1)
  .max(100)
  .optional()
  .meta({ description: 'References of the lots to draw on, and only these.' })

export const EarnBodySchema = z.strictObject({
  amount,
  ref: refNotLike(ownEarns),
  activeAt: InstantSchema.optional().meta({
    description: 'From when it can be spent; until then it is pending.',
  }),
  expiresAt: InstantSchema.nullable().optional().meta({
    description: 'The first instant at which it has lapsed; `null`: never; absent: by the policy.',
  }),
  funder: z
    .string()
    .regex(/^(platform|(shop|brand):[A-Za-z0-9_.:-]{1,64})$/, {
      error: 'A funder is platform, shop:ID or brand:ID.',
    })
    .optional()
    .meta({ description: 'Who pays for it.', examples: ['platform', 'shop:s-1'] }),
  target: IdSchema.optional().meta({ description: 'What alone it may be spent on.' }),
  reason,
})

export const SpendBodySchema = z.strictObject({
  amount,
  ref: refNotLike(ownOthers),
  lots,
  reason,
})

export const HoldBodySchema = z.strictObject({
  amount,
  ref: refNotLike(ownOthers),
  lots,
  expiresAt: InstantSchema.optional().meta({
    description: 'When the hold ends by itself; absent: after the time of the policy.',
  }),
  reason,
})

export const PartBodySchema = z.strictObject({
  amount: amount.optional().meta({ description: 'Absent: all that is left.' }),
  ref: refNotLike(ownOthers),
})

export const GiveBackBodySchema = z.strictObject({
  of: z
    .string()
    .min(1)
    .max(600)
    .refine((ref) => !isTurnedByItsOwn(ref), {
      error: 'What a trade spent comes back with its refunds, what an event took by the event.',
    })
    .meta({ description: 'The reference of the spend or capture.' }),
  amount,
  ref: refNotLike(ownOthers),
})

export const ClawBackBodySchema = z.strictObject({
  of: z.string().min(1).max(600).meta({ description: 'The reference of the earn.' }),
  amount,
  ref: refNotLike(ownClawBacks),
})
