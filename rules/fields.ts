import { z } from 'zod'
import { fenFromText, type Fen } from '#rules/money/fen.ts'
import { ppmFromText, type Ppm } from '#rules/money/rate.ts'
import { dayFromText, instantFromText } from '#rules/time/instants.ts'

/**
 * The kinds of value that facts, policies and decisions are written in: JSON in, the rules' own types out.
 * Money is a decimal text in yuan or a whole number of fen, never a number with a fraction (MO-2).
 */
export const MoneySchema = z
  .union([z.string(), z.int()], { error: orMissing(notMoney) })
  .transform((written, context): Fen => {
    const fen = typeof written === 'string' ? fenFromText(written) : ((written + 0) as Fen)
    return fen ?? refuse(context, written, notMoney())
  })
  .meta({ description: 'Decimal text in yuan ("109.00"), or a whole number of fen.' })

/** Money of zero or more. */
export const PositiveMoneySchema = MoneySchema.refine((fen) => fen >= 0, {
  error: 'An amount is not below zero here.',
})

/** A rate of zero or more with at most six digits after the point, as parts per million (MO-8). */
export const RateSchema = z
  .union([z.string(), z.number()], { error: orMissing(notRate) })
  .transform((written, context): Ppm => {
    return ppmFromText(String(written)) ?? refuse(context, written, notRate())
  })
  .meta({ description: 'Decimal text ("0.5"), at most six digits after the point.' })

/** An instant with its offset, kept to the millisecond (TI-1). */
export const InstantSchema = z
  .string({ error: orMissing(notInstant) })
  .transform((written, context): Temporal.Instant => {
    return instantFromText(written) ?? refuse(context, written, notInstant())
  })
  .meta({ description: 'ISO 8601 with an offset.', examples: ['2017-11-11T10:00:00+08:00'] })

/** A business day: 2017-11-11. */
export const DaySchema = z
  .string({ error: orMissing(notDay) })
  .transform((written, context): Temporal.PlainDate => {
    return dayFromText(written) ?? refuse(context, written, notDay())
  })
  .meta({ description: 'A day, ISO 8601.', examples: ['2017-11-11'] })

/** An ISO 8601 duration of at most a hundred years: P6M, P1Y, PT15M. */
export const DurationSchema = z
  .string({ error: orMissing(notDuration) })
  .transform((written, context): Temporal.Duration => {
    return durationFromText(written) ?? refuse(context, written, notDuration())
  })
  .meta({ description: 'ISO 8601 duration.', examples: ['P6M', 'PT15M'] })

/** A member's id: 1 to 64 characters of `A-Z a-z 0-9 _ . : -`. */
export const MemberIdSchema = z.string().regex(/^(?!__proto__$)[A-Za-z0-9_.:-]{1,64}$/, {
  error: 'A member id is 1 to 64 characters of A-Z a-z 0-9 _ . : and -.',
})

/** The commerce platform's own ids of orders, lines, shops, SKUs and categories. */
export const IdSchema = z.string().regex(/^(?!__proto__$)[\p{L}\p{N}_.:/#@&+, -]{1,100}$/u, {
  error: 'An id is 1 to 100 letters, digits, spaces and _ . : / # @ & + , -.',
})

/** Any name of so many characters, but for `__proto__`: amounts are told in objects keyed by names. */
export function nameOf(mostCharacters: number) {
  return z
    .string()
    .min(1)
    .max(mostCharacters)
    .regex(/^(?!__proto__$)/, { error: '"__proto__" is not a name.' })
}

/** A name in both languages. */
export const TitleSchema = z.strictObject({
  zh: z.string().min(1).max(200),
  en: z.string().min(1).max(200),
})

const durationText =
  /^P(?=[0-9T])([0-9]{1,6}Y)?([0-9]{1,6}M)?([0-9]{1,6}W)?([0-9]{1,6}D)?(T(?=[0-9])([0-9]{1,6}H)?([0-9]{1,6}M)?([0-9]{1,6}S)?)?$/

function durationFromText(text: string): Temporal.Duration | undefined {
  if (!durationText.test(text)) return undefined
  const duration = Temporal.Duration.from(text)
  const { years, months, weeks, days } = duration
  return years + months / 12 + weeks / 52 + days / 365 > 100 ? undefined : duration
}

function orMissing(say: () => string): (issue: { readonly input?: unknown }) => string {
  return ({ input }) => (input === undefined ? 'This is missing.' : say())
}

function refuse(context: z.RefinementCtx, input: unknown, message: string): never {
  context.addIssue({ code: 'custom', input, message })
  return z.NEVER
}

function notMoney(): string {
  return 'An amount is a decimal text in yuan such as "109.00", or a whole number of fen.'
}

function notRate(): string {
  return 'A rate is a decimal text such as "0.5": zero or more, at most six digits after the point.'
}

function notInstant(): string {
  return 'An instant is ISO 8601 with an offset, such as 2017-11-11T10:00:00+08:00.'
}

function notDay(): string {
  return 'A day is ISO 8601, such as 2017-11-11.'
}

function notDuration(): string {
  return 'A duration is ISO 8601 and at most a hundred years, such as P6M or PT15M.'
}
