import { z } from 'zod'
import { MemberIdSchema as MemberIdTextSchema } from '#rules/fields.ts'

export const MemberIdSchema = MemberIdTextSchema.meta({
  description: "The commerce platform's own id of the member.",
  examples: ['lin'],
})

const name = z.string().regex(/^[A-Za-z0-9_.:-]{1,64}$/, {
  error: 'A program or unit has 1 to 64 characters of A-Z a-z 0-9 _ . : -',
})

export const MemberParamsSchema = z.object({ memberId: MemberIdSchema })

export const WalletParamsSchema = z.object({
  memberId: MemberIdSchema,
  program: name.meta({
    description: '`platform`, or a brand’s program.',
    examples: ['platform'],
  }),
  unit: name.meta({ description: '`points`, `coins`, `allowance` ...', examples: ['points'] }),
})

export const InstantTextSchema = z.string().meta({
  description: 'ISO 8601 with an offset.',
  format: 'date-time',
  examples: ['2017-11-11T00:00:00+08:00'],
})

export const BalanceSchema = z
  .object({ available: z.int(), pending: z.int(), held: z.int(), debt: z.int() })
  .meta({ id: 'Balance', description: 'What a wallet holds after an entry.' })

const LotDrawSchema = z
  .object({ lotId: z.int(), amount: z.int() })
  .meta({ id: 'LotDraw', description: 'How much of one lot an entry moved.' })

export const WalletSchema = z
  .object({
    program: z.string(),
    unit: z.string(),
    status: z.enum(['open', 'sealed']),
    total: z.int().meta({ description: 'Available, pending and held together.' }),
    available: z.int().meta({ description: 'Can be spent now.' }),
    pending: z.int().meta({ description: 'Earned, but not yet to be spent.' }),
    held: z.int().meta({ description: 'Reserved for purchases that are not finished.' }),
    debt: z.int().meta({ description: 'Owed: what is earned next pays it first.' }),
    asOf: InstantTextSchema,
    expiring: z
      .array(
        z.object({
          month: z.string().meta({ examples: ['2018-12'] }),
          lastDay: z.string().meta({ examples: ['2018-12-31'] }),
          amount: z.int(),
        }),
      )
      .meta({ description: 'What lapses, by month of its last day, soonest first.' }),
    expiringSoon: z
      .object({ amount: z.int(), before: InstantTextSchema })
      .nullable()
      .meta({ description: 'What lapses within 60 days, and when the first of it does.' }),
  })
  .meta({ id: 'Wallet', description: 'One wallet of a member, as of now.' })

/** What a posting is told: kept with its entry, and told again to whoever repeats it. */
export const AnswerSchema = z
  .object({
    ok: z.literal(true),
    ref: z.string().meta({ description: 'Under which the posting is kept, for ever.' }),
    seq: z.int().meta({ description: 'The number of its entry in the wallet.' }),
    amount: z.int(),
    after: BalanceSchema,
    lots: z.array(LotDrawSchema),
    expiresAt: z.string().nullable().optional(),
    expired: z
      .int()
      .optional()
      .meta({ description: 'Of the amount: what lapsed, because its lot had.' }),
    debtPaid: z.int().optional(),
    debtMade: z.int().optional(),
    forgiven: z.int().optional(),
  })
  .meta({ id: 'Answer', description: 'What a posting did.' })

export const EntrySchema = z
  .object({
    seq: z.int(),
    kind: z.string().meta({ examples: ['earn', 'spend', 'expire'] }),
    ref: z.string(),
    outcome: z.enum(['done', 'refused']),
    refusal: z.string().optional(),
    amount: z.int(),
    change: z.int().meta({ description: 'By how much the total of the wallet changed.' }),
    after: BalanceSchema,
    occurredAt: InstantTextSchema,
    bookedAt: InstantTextSchema,
    orderId: z.string().optional(),
    shop: z.string().optional(),
  })
  .meta({ id: 'Entry', description: 'One line of the books of a wallet.' })

export const EntryDetailSchema = EntrySchema.extend({
  of: z.string().nullable().meta({ description: 'The posting that this one undoes or ends.' }),
  actor: z.string(),
  policies: z.array(z.string()).meta({ examples: [['points@1']] }),
  cause: z
    .record(z.string(), z.unknown())
    .meta({ description: 'What happened, and the rules that decided, step by step.' }),
  transfers: z.array(
    z.object({
      debit: z.string(),
      credit: z.string(),
      amount: z.int(),
      lotId: z.int().nullable(),
      toLotId: z.int().nullable(),
    }),
  ),
  lots: z.array(
    LotDrawSchema.extend({
      ref: z.string().optional().meta({ description: 'The reference that made the lot.' }),
      expiresAt: z
        .string()
        .nullable()
        .optional()
        .meta({ description: 'When it lapses; null: never.' }),
    }),
  ),
  expiresAt: z.string().nullable().optional(),
  hash: z.string().meta({ description: 'SHA-256 over the entry and the hash before it.' }),
}).meta({ id: 'EntryDetail', description: 'One line of the books, explained.' })
