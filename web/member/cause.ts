import { z } from 'zod'

const text = z.string().optional().catch(undefined)
const amount = z.int().optional().catch(undefined)

const CauseLineSchema = z.object({
  id: text,
  category: text,
  ratioKey: text,
  ratio: text,
  multipleAsked: text,
  multiple: text,
  multipleMax: text,
  paidFen: amount,
  refundedFen: amount,
  /** What was paid less what was refunded before receipt. */
  baseFen: amount,
  leastPaidFen: amount,
  mostPerLine: amount,
  /** The product before it was rounded down: "54.5". */
  exact: text,
  points: amount,
  notes: z.array(z.string()).catch([]),
})

/** A name in each language. */
const TitleSchema = z.record(z.string(), z.string()).optional().catch(undefined)

const OverrideSchema = z
  .object({ event: text, title: TitleSchema, policy: text, without: amount, with: amount })
  .optional()
  .catch(undefined)

const WhySchema = z
  .object({ lines: z.array(CauseLineSchema).catch([]), override: OverrideSchema })
  .optional()
  .catch(undefined)

const CauseSchema = z.object({
  type: text,
  orderId: text,
  shopId: text,
  eventId: text,
  reason: text,
  why: WhySchema,
  /** Of a claw-back: what was taken back of each line of the order. */
  byLine: z.record(z.string(), z.int()).optional().catch(undefined),
})

/** Why an entry is there. Older entries may say less; what is missing is left out. */
export type Cause = z.output<typeof CauseSchema>

/** How one line of an order earned. */
export type CauseLine = z.output<typeof CauseLineSchema>

/** Reads a cause as far as it can be read. */
export function readCause(cause: unknown): Cause | undefined {
  const parsed = CauseSchema.safeParse(cause)
  return parsed.success ? parsed.data : undefined
}
