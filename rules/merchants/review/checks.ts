import { z } from 'zod'
import { DurationSchema, RateSchema, TitleSchema } from '#rules/fields.ts'
import { SlugSchema } from '#rules/merchants/review/documents.ts'
import { ppmToText } from '#rules/money/rate.ts'
import { isBefore } from '#rules/time/instants.ts'

const SeveritySchema = z.enum(['blocks', 'asks'])

/** A figure held against bounds (RV-2). */
export const CheckSchema = z
  .strictObject({
    metric: z.string().regex(/^[a-zA-Z][a-zA-Z0-9]*(\.[a-zA-Z][a-zA-Z0-9]*){0,4}$/, {
      error: 'A figure is named such as violations.general.',
    }),
    atLeast: RateSchema.optional(),
    atMost: RateSchema.optional(),
    severity: SeveritySchema.default('blocks'),
  })
  .refine(({ atLeast, atMost }) => atLeast !== undefined || atMost !== undefined, {
    error: 'A check says `atLeast`, `atMost` or both.',
  })

export type Check = z.output<typeof CheckSchema>

/** An answer that somebody outside has to give, such as whether a company is who it says (RV-3). */
export const OutsideCheckSchema = z.strictObject({
  name: SlugSchema,
  title: TitleSchema,
  severity: SeveritySchema.default('blocks'),
  /** An answer counts so long. */
  validFor: DurationSchema,
})

export type OutsideCheck = z.output<typeof OutsideCheckSchema>

export const outsideAnswers = ['passed', 'failed', 'unclear'] as const

/** What somebody outside answered, as it is recorded. */
export type OutsideAnswer = {
  readonly name: string
  readonly answer: (typeof outsideAnswers)[number]
  readonly at: Temporal.Instant
}

/** Figures by their names; those that nobody has are absent. */
export type Figures = Readonly<Record<string, string | number | null | undefined>>

/** What a check saw. */
export type CheckSaw = {
  readonly check: string
  readonly severity: 'blocks' | 'asks'
  readonly met: boolean
  /** The figure as decimal text, or the answer; `null`: there is none. */
  readonly saw: string | null
  readonly atLeast?: string
  readonly atMost?: string
}

/** Holds figures against bounds (RV-2). */
export function checkFigures(checks: readonly Check[], figures: Figures): readonly CheckSaw[] {
  return checks.map(({ metric, atLeast, atMost, severity }) => {
    const figure = exactOf(Object.hasOwn(figures, metric) ? figures[metric] : undefined)
    const met =
      figure !== undefined &&
      (atLeast === undefined || figure.millionths >= BigInt(atLeast)) &&
      (atMost === undefined || figure.millionths <= BigInt(atMost))
    return {
      check: metric,
      severity,
      met,
      saw: figure?.text ?? null,
      ...(atLeast === undefined ? {} : { atLeast: ppmToText(atLeast) }),
      ...(atMost === undefined ? {} : { atMost: ppmToText(atMost) }),
    }
  })
}

/** Whether what is asked outside was answered, well and lately enough (RV-3): the last answer counts. */
export function checkAnswers(
  asked: readonly OutsideCheck[],
  answers: readonly OutsideAnswer[],
  at: Temporal.Instant,
  zone: string,
): readonly CheckSaw[] {
  return asked.map(({ name, severity, validFor }) => {
    const last = answers
      .filter((each) => each.name === name)
      .toSorted((a, b) => Temporal.Instant.compare(a.at, b.at))
      .at(-1)
    const until = last?.at.toZonedDateTimeISO(zone).add(validFor).toInstant()
    const isLate = until !== undefined && !isBefore(at, until)
    const met = last?.answer === 'passed' && !isLate
    return { check: name, severity, met, saw: isLate ? 'outdated' : (last?.answer ?? null) }
  })
}

/** Whether nothing that blocks is unmet. */
export function isClear(saw: readonly CheckSaw[]): boolean {
  return saw.every(({ met, severity }) => met || severity === 'asks')
}

/** A figure in millionths and as text; what is finer is told as it is and counts as the next below. */
function exactOf(value: string | number | null | undefined) {
  if (value === null || value === undefined) return undefined
  const text = String(value)
  const [, whole, fraction = ''] = /^([0-9]{1,20})(?:\.([0-9]{1,20}))?$/.exec(text) ?? []
  if (whole === undefined) return undefined
  return { text, millionths: BigInt(whole + fraction.slice(0, 6).padEnd(6, '0')) }
}
