import { z } from 'zod'
import { nameOf, PositiveMoneySchema, TitleSchema } from '#rules/fields.ts'
import { asFen, type Fen } from '#rules/money/fen.ts'
import { isBefore, isInside } from '#rules/time/instants.ts'
import {
  AudienceSchema,
  lackOfAudience,
  WindowSchema,
  type Claimer,
  type NotForMember,
} from '#rules/issuing/who-and-when.ts'

const mostFen = 1_000_000_000_000

const AmountSchema = PositiveMoneySchema.refine((fen) => fen >= 1 && fen <= mostFen, {
  error: 'An amount is more than nothing, and at most 10000000000.00.',
})

/** Who pays for value in a wallet. */
export const LotFunderSchema = z.string().regex(/^(platform|(shop|brand):[A-Za-z0-9_.:-]{1,64})$/, {
  error: 'A funder is platform, shop:ID or brand:ID.',
})

/** Policy `allowance:<slug>`: shopping allowance, when it is given, how much of it, and when it can be used. */
export const AllowanceSchema = z
  .strictObject({
    title: TitleSchema,
    /** When it is given, and earned in games. */
    issue: WindowSchema,
    audience: AudienceSchema.default('all'),
    /** When it can be used; before that it is pending. */
    usable: WindowSchema,
    /** Of one issue or game. */
    amount: z
      .strictObject({ least: AmountSchema.prefault(1), most: AmountSchema.prefault(mostFen) })
      .prefault({}),
    /** Of all issues and games together; absent: without limit. */
    total: AmountSchema.optional(),
    games: z
      .strictObject({
        /** The most that a member earns on one business day. */
        mostPerDay: AmountSchema,
        /** What a game gives that would pass it: nothing, or the part up to it. */
        beyond: z.enum(['refuse', 'cut']).default('refuse'),
      })
      .optional(),
    funder: LotFunderSchema.default('platform'),
    campaign: nameOf(100).optional(),
  })
  .refine(({ amount }) => amount.least <= amount.most, {
    path: ['amount', 'most'],
    error: 'The most is not less than the least.',
  })
  .refine(({ issue, usable }) => !isBefore(usable.to, issue.to), {
    path: ['usable', 'to'],
    error: 'An allowance can be used as long as it is given, or longer.',
  })

export type Allowance = z.output<typeof AllowanceSchema>

export type IssueRefusal =
  'issuing/not-open' | 'issuing/not-for-member' | 'issuing/amount-out-of-range'

export type MayIssue =
  | { readonly ok: true }
  | NotForMember
  | { readonly ok: false; readonly refusal: 'issuing/not-open' | 'issuing/amount-out-of-range' }

/** Whether so much may be given to one member at an instant (IS-8, IS-12). */
export function mayIssue(
  allowance: Allowance,
  claimer: Claimer,
  amount: Fen,
  at: Temporal.Instant,
): MayIssue {
  if (!isInside(at, allowance.issue)) return { ok: false, refusal: 'issuing/not-open' }
  const lack = lackOfAudience(allowance.audience, claimer)
  if (lack !== undefined) return lack
  if (amount < allowance.amount.least || amount > allowance.amount.most) {
    return { ok: false, refusal: 'issuing/amount-out-of-range' }
  }
  return { ok: true }
}

export type GameEarned =
  | { readonly ok: true; readonly amount: Fen }
  | Extract<MayIssue, { readonly ok: false }>
  | { readonly ok: false; readonly refusal: 'issuing/no-games' }
  /** `left`: what the member can still earn on the day. */
  | { readonly ok: false; readonly refusal: 'issuing/daily-limit-reached'; readonly left: Fen }

/** What a game gives to a member that earned `today` so much before (IS-13). */
export function earnInGame(
  allowance: Allowance,
  game: Claimer & {
    readonly amount: Fen
    readonly today: number
    readonly at: Temporal.Instant
  },
): GameEarned {
  const { games, audience } = allowance
  if (games === undefined) return { ok: false, refusal: 'issuing/no-games' }
  if (audience === 'granted') return { ok: false, refusal: 'issuing/not-for-member' }
  const may = mayIssue(allowance, game, game.amount, game.at)
  if (!may.ok) return may

  const left = asFen(Math.max(0, games.mostPerDay - game.today))
  if (game.amount <= left) return { ok: true, amount: game.amount }
  if (games.beyond === 'cut' && left > 0) return { ok: true, amount: left }
  return { ok: false, refusal: 'issuing/daily-limit-reached', left }
}
