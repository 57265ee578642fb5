import { z } from 'zod'
import type { Days } from '#rules/campaigns/policy.ts'
import { DaySchema, InstantSchema, nameOf, PositiveMoneySchema } from '#rules/fields.ts'
import type { Deal } from '#rules/prices/deals.ts'
import type { MarkedPrice } from '#rules/prices/marked.ts'
import { components, markedKinds } from '#rules/prices/policy.ts'
import { dayOf, isBefore, startOfDay } from '#rules/time/instants.ts'

/** An instant, or the first one of a day. */
export const WhenSchema = z.union([InstantSchema, DaySchema], {
  error: 'This is an instant with an offset, or a day.',
})

type When = z.output<typeof WhenSchema>

const offKeys = Object.fromEntries(
  components.map((name) => [name, PositiveMoneySchema.optional()]),
) as Record<(typeof components)[number], z.ZodOptional<typeof PositiveMoneySchema>>

/** A deal as it is told. */
export const DealSchema = z.strictObject({
  id: nameOf(200).optional(),
  orderedAt: WhenSchema,
  /** Of all units, after item-level promotion and changes by hand. */
  price: PositiveMoneySchema,
  units: z.int().min(1).max(1_000_000).default(1),
  ...offKeys,
  /** Never part of the price. */
  freight: PositiveMoneySchema.optional(),
  tax: PositiveMoneySchema.optional(),
  event: z
    .union([nameOf(100), z.boolean()])
    .nullable()
    .optional(),
  /** Never takes a deal out. */
  refunded: z.boolean().default(false),
})

/** A marked price as it is told. */
export const PromoSchema = z
  .strictObject({
    id: nameOf(200).optional(),
    kind: z.enum(markedKinds).default('promo'),
    /** Absent: ever since. */
    from: WhenSchema.nullable().optional(),
    /** A day is included; absent: open. */
    to: WhenSchema.nullable().optional(),
    price: PositiveMoneySchema,
    campaign: nameOf(100).optional(),
  })
  .refine(({ from, to }) => !isEarlier(to, from), {
    path: ['to'],
    error: 'A price does not end before it begins.',
  })

/** All that is told, however long ago. */
export const anyDays: Days = [
  Temporal.PlainDate.from('0001-01-02'),
  Temporal.PlainDate.from('9998-12-30'),
]

export function dealOf(deal: z.output<typeof DealSchema>, n: number, zone: string): Deal {
  const { id, orderedAt, price, units, event, refunded: _, freight: __, tax: ___, ...off } = deal
  return {
    dealId: id ?? String(n + 1),
    orderedAt: instantIn(orderedAt, zone),
    units,
    priceFen: price,
    off,
    event: event === undefined || event === false ? null : event,
    paidOnly: false,
  }
}

/** One that ends on a day is in force on that day; one with an end never ends early by another. */
export function markedOf(
  price: z.output<typeof PromoSchema>,
  n: number,
  zone: string,
): MarkedPrice {
  const { id, kind, from, to, campaign } = price
  const fromMs = instantIn(from ?? anyDays[0], zone).epochMilliseconds
  return {
    priceId: id ?? String(n + 1),
    kind,
    priceFen: price.price,
    fromMs,
    toMs: to === undefined || to === null ? foreverMs : Math.max(endOf(to, zone), fromMs + 1),
    campaign: campaign ?? null,
    corrects: null,
    voids: false,
    recordedMs: 0,
  }
}

/** Of two instants, or of two days; of one and the other only a zone could tell. */
function isEarlier(to: When | null | undefined, from: When | null | undefined): boolean {
  if (to instanceof Temporal.Instant && from instanceof Temporal.Instant) return isBefore(to, from)
  if (!(to instanceof Temporal.PlainDate) || !(from instanceof Temporal.PlainDate)) return false
  return Temporal.PlainDate.compare(to, from) < 0
}

const foreverMs = startOfDay(anyDays[1], 'UTC').epochMilliseconds

function endOf(to: When, zone: string): number {
  return 'epochMilliseconds' in to
    ? to.epochMilliseconds
    : startOfDay(to.add({ days: 1 }), zone).epochMilliseconds
}

export function instantIn(when: When, zone: string): Temporal.Instant {
  return 'epochMilliseconds' in when ? when : startOfDay(when, zone)
}

export function dayIn(when: When, zone: string): Temporal.PlainDate {
  return 'epochMilliseconds' in when ? dayOf(when, zone) : when
}
