import { z } from 'zod'
import { DaySchema, InstantSchema, nameOf, TitleSchema } from '#rules/fields.ts'

const ends = { error: 'A window is [from, to]: two days, both included, or two instants.' }

/** When orders were paid: days with both ends, or instants as they are printed (SH-2). */
const PaidSchema = z
  .union([z.tuple([DaySchema, DaySchema]), z.tuple([InstantSchema, InstantSchema])], ends)
  .refine((pair) => isOrdered(pair), { error: 'A window does not end before it begins.' })

/** A limit as it is printed: a day, which is good to its end, or an instant (SH-1). */
export const PrintedSchema = z.union([DaySchema, InstantSchema], {
  error: 'A limit is a day such as 2017-11-20, or an instant with an offset.',
})

export const HoursSchema = z.int().min(1).max(8_760)
export const DaysSchema = z.int().min(1).max(365)

const RuleSchema = z
  .strictObject({
    title: TitleSchema.optional(),
    paid: PaidSchema.optional(),
    categories: z.array(nameOf(100)).min(1).max(1_000).optional(),
    presale: z.boolean().optional(),
    custom: z.boolean().optional(),
    /** `null`: such goods are not shipped, or nobody watches it. */
    by: PrintedSchema.nullable().optional(),
    hours: HoursSchema.optional(),
    days: DaysSchema.optional(),
    /** Absent: the same limit. `null`: no record of the carrier is asked for. */
    traceBy: PrintedSchema.nullable().optional(),
    /** So long after the ship-by limit. */
    traceHours: HoursSchema.optional(),
  })
  .superRefine(({ by, hours, days, traceBy, traceHours }, context) => {
    const limits = [by, hours, days].filter((limit) => limit !== undefined).length
    const refuse = (path: string, message: string) => {
      context.addIssue({ code: 'custom', path: [path], input: limits, message })
    }
    if (limits !== 1) refuse('by', 'A rule has one limit: "by", "hours" or "days".')
    if (traceBy !== undefined && traceHours !== undefined) {
      refuse('traceHours', 'A rule has one limit of the record: "traceBy" or "traceHours".')
    }
  })

/** Policy `delivery`: until when shops ship what was paid; the first rule that fits (SH-2). */
export const DeliveryPolicySchema = z.array(RuleSchema).max(200)

export type DeliveryPolicy = z.output<typeof DeliveryPolicySchema>
export type DeliveryRule = DeliveryPolicy[number]
export type PaidWindow = NonNullable<DeliveryRule['paid']>
export type Printed = z.output<typeof PrintedSchema>

function isOrdered([from, to]: readonly (Temporal.PlainDate | Temporal.Instant)[]): boolean {
  if (from instanceof Temporal.PlainDate && to instanceof Temporal.PlainDate) {
    return Temporal.PlainDate.compare(from, to) <= 0
  }
  if (from instanceof Temporal.Instant && to instanceof Temporal.Instant) {
    return Temporal.Instant.compare(from, to) <= 0
  }
  return false
}
