import { z } from 'zod'
import { DurationSchema, IdSchema, InstantSchema, nameOf } from '#rules/fields.ts'
import { deliveryMethods } from '#rules/timeouts/methods.ts'
import { isBefore } from '#rules/time/instants.ts'

/** TO-2: so many days are as many times 24 hours; months and years have no such length. */
const TimeSchema = DurationSchema.refine(
  ({ sign, years, months }) => sign > 0 && years === 0 && months === 0,
  { error: 'A time-out is of weeks, days, hours, minutes or seconds, and more than nothing.' },
)

const SpanSchema = z
  .strictObject({ from: InstantSchema, to: InstantSchema })
  .refine((span) => isBefore(span.from, span.to), {
    path: ['to'],
    error: 'A window ends after it begins.',
  })

/** How long the buyer has to confirm that goods came, by how they come. */
const receive = {
  express: TimeSchema,
  mail: TimeSchema,
  virtual: TimeSchema,
  automatic: TimeSchema,
  international: TimeSchema,
}

/** How long each step of a return request may take. */
const steps = {
  /** The shop agrees or rejects; at lapse it is agreed. */
  answer: TimeSchema,
  /** The buyer takes a rejection to the platform; at lapse the request ends. */
  escalate: TimeSchema,
  /** The buyer gives the number of the parcel; at lapse the request ends. */
  sendBack: TimeSchema,
  /** The shop confirms that the goods are back; at lapse they count as back, and it is refunded. */
  confirm: TimeSchema,
  /** The shop sends what was exchanged; at lapse it is refunded. */
  replace: TimeSchema,
  /** The platform decides a dispute; it has no lapse. */
  decide: TimeSchema,
}

/** Other times for orders that were paid, or for what began, within a window. */
const ExceptionSchema = z
  .strictObject({
    name: nameOf(100),
    paid: SpanSchema.optional(),
    began: SpanSchema.optional(),
    receive: z.strictObject(receive).partial().optional(),
    ...z.strictObject(steps).partial().shape,
  })
  .refine(({ paid, began }) => paid !== undefined || began !== undefined, {
    error: 'A window is of the time of payment (paid) or of what began then (began).',
  })

/** What the member says of the goods that go back. */
export const conditions = ['intact', 'opened', 'used'] as const

/** Policy `timeouts`: how long what is to be done may take, and what may go back (TO-n, RT-n). */
export const TimeoutsPolicySchema = z.strictObject({
  receive: z.strictObject({
    ...receive,
    /** The method of categories whose shipment does not name one; others come by express. */
    byCategory: z.record(IdSchema, z.enum(deliveryMethods)).prefault({}),
    /** So many days at most may the buyer add, once. */
    extensionDays: z.int().min(0).max(365),
  }),
  ...steps,
  exceptions: z.array(ExceptionSchema).max(200).prefault([]),
  /** When nobody asks for the refund of what is not shipped. */
  unshippedClosed: z.array(SpanSchema).max(200).prefault([]),
  noReason: z.strictObject({
    within: TimeSchema,
    /** Categories whose goods do not go back without a reason. */
    excluded: z.array(IdSchema).max(1_000),
    conditions: z.array(z.enum(conditions)).min(1).max(conditions.length),
  }),
  /** For how long after the receipt goods go back with a reason. */
  withReason: TimeSchema,
  /** How long before a lapse who is to act is reminded. */
  remindBefore: TimeSchema,
})

export type TimeoutsPolicy = z.output<typeof TimeoutsPolicySchema>
export type StepTime = keyof typeof steps
