import { z } from 'zod'
import { IdSchema, InstantSchema, nameOf } from '#rules/fields.ts'
import type {
  Basket,
  BasketLine,
  Choose,
  Coupon,
  GuidedChoice,
  Offer,
  OwnChoice,
  RedEnvelope,
} from '#rules/pricing/basket.ts'
import {
  couponKeys,
  FunderSchema,
  hasOne,
  inZone,
  offerKeys,
  oneOff,
  PriceSchema,
  refuseMisplaced,
  TargetSchema,
} from '#rules/pricing/offer-terms.ts'
import { endMs, UntilSchema } from '#rules/pricing/window.ts'

const NameSchema = nameOf(200)
const policyKey = { policy: NameSchema.optional() }

const StepSchema = z.strictObject({
  every: PriceSchema.refine((fen) => fen > 0, { error: 'A step is more than nothing.' }),
  off: PriceSchema,
})

const PresaleSchema = z
  .strictObject({
    deposit: PriceSchema,
    worth: PriceSchema.optional(),
    instantOff: PriceSchema.optional(),
  })
  .refine(({ worth, instantOff }) => worth === undefined || instantOff === undefined, {
    path: ['instantOff'],
    error: 'A deposit is worth more, or takes something off at once, not both.',
  })
  .refine(({ deposit, worth }) => worth === undefined || worth >= deposit, {
    path: ['worth'],
    error: 'A deposit is worth at least what was put down.',
  })

const LineSchema = z
  .strictObject({
    id: IdSchema,
    sku: IdSchema,
    shop: IdSchema,
    category: z.string().max(200).default(''),
    tags: z.array(NameSchema).max(100).default([]),
    quantity: z.int().min(1).max(10_000),
    listPrice: PriceSchema,
    promoPrice: PriceSchema.optional(),
    minPrice: PriceSchema.optional(),
    allowanceStep: StepSchema.nullable().optional(),
    presale: PresaleSchema.optional(),
  })
  .refine((line) => (line.presale?.deposit ?? 0) <= (line.promoPrice ?? line.listPrice), {
    path: ['presale', 'deposit'],
    error: 'A deposit is at most the price.',
  })

const OfferSchema = z
  .strictObject({ id: IdSchema, ...policyKey, ...offerKeys })
  .superRefine(refuseMisplaced)
const CouponSchema = z
  .strictObject({ id: IdSchema, ...policyKey, ...couponKeys })
  .refine(hasOne, { error: oneOff })
const RedEnvelopeSchema = z.strictObject({
  id: IdSchema,
  amount: PriceSchema,
  expiresAt: UntilSchema.optional(),
  target: TargetSchema.optional(),
  funder: FunderSchema.optional(),
  campaign: NameSchema.optional(),
  ...policyKey,
})

const mostPoints = 1_000_000_000_000

const HolderSchema = z
  .strictObject({
    tier: NameSchema.optional(),
    score: z.number().optional(),
    paidMember: z.boolean().optional(),
    /** The benefits of which the member holds an open claim. */
    benefits: z.array(NameSchema).max(1_000).optional(),
    /** What was saved before in the running period, by `<cap>/<period>`: `88vip/month`. */
    saved: z.record(nameOf(100), PriceSchema).optional(),
    coupons: z.array(CouponSchema).max(1_000).default([]),
    allowance: PriceSchema.prefault(0),
    redEnvelopes: z.array(RedEnvelopeSchema).max(1_000).default([]),
    points: z.int().min(0).max(mostPoints).default(0),
  })
  .prefault({})

const IdsSchema = z.array(NameSchema).max(2_000)

const ChooseSchema = z
  .strictObject({
    coupons: IdsSchema.optional(),
    redEnvelopes: IdsSchema.optional(),
    allowance: z
      .union([z.boolean(), PriceSchema], { error: 'The allowance is true, false or an amount.' })
      .optional(),
    points: z.int().min(0).max(mostPoints).optional(),
    pin: IdsSchema.optional(),
    without: IdsSchema.optional(),
  })
  .refine((choice) => !isGuided(choice) || !isOwn(choice), {
    error: 'A choice names what is used, or what is pinned and left out, not both.',
  })

const ShopAmountSchema = z.strictObject({ shop: IdSchema, amount: PriceSchema })

/** The input of `decide quote` and of quotes over HTTP, without its policy. */
export const QuoteInputSchema = z
  .strictObject({
    at: InstantSchema,
    lines: z.array(LineSchema).min(1).max(1_000),
    freight: z.array(ShopAmountSchema).max(1_000).default([]),
    extras: z
      .array(ShopAmountSchema.extend({ kind: z.enum(['tax', 'service']) }))
      .max(1_000)
      .default([]),
    offers: z.array(OfferSchema).max(100_000).default([]),
    member: HolderSchema,
    allowanceStep: StepSchema.optional(),
    channel: NameSchema.optional(),
    choose: ChooseSchema.optional(),
  })
  .superRefine((input, context) => {
    for (const { path, message } of faultsOf(input)) {
      context.addIssue({ code: 'custom', path: [...path], input, message })
    }
  })

export type QuoteInput = z.output<typeof QuoteInputSchema>

/** The basket and the offers that an input tells of, its days those of the market's zone. */
export function basketOf(
  input: QuoteInput,
  zone: string,
): {
  readonly basket: Basket
  readonly offers: readonly Offer[]
} {
  const { at, offers, lines, member, choose, ...rest } = input
  const { redEnvelopes, ...holder } = member
  const basket = {
    ...rest,
    atMs: at.epochMilliseconds,
    lines: lines as readonly BasketLine[],
    member: {
      ...holder,
      coupons: holder.coupons.map((coupon) => inZone(coupon, zone) as Coupon),
      redEnvelopes: redEnvelopes.map((each) => envelopeOf(each, zone)),
    },
    choose: chooseOf(choose),
  }
  return { basket: basket as Basket, offers: offers.map((each) => inZone(each, zone) as Offer) }
}

function envelopeOf(
  { expiresAt, ...rest }: z.output<typeof RedEnvelopeSchema>,
  zone: string,
): RedEnvelope {
  const envelope = rest as RedEnvelope
  if (expiresAt === undefined) return envelope
  return { ...envelope, expiresAtMs: endMs(expiresAt, zone) }
}

type WrittenChoice = OwnChoice & { readonly [Key in keyof GuidedChoice]?: GuidedChoice[Key] }

function chooseOf(choice: QuoteInput['choose']): Choose {
  if (choice === undefined) return { kind: 'best' }
  const { pin = [], without = [], ...own } = choice as WrittenChoice
  if (isGuided(choice)) return { kind: 'guided', pin, without }
  return { kind: 'own', ...own }
}

function isGuided(choice: object): boolean {
  return 'pin' in choice || 'without' in choice
}

function isOwn(choice: object): boolean {
  return Object.keys(choice).some((key) => key !== 'pin' && key !== 'without')
}

type Fault = { readonly path: readonly (string | number)[]; readonly message: string }

/** The goods of a basket are worth at most so much, and are at most so many units (PR-14). */
const mostGoodsFen = 10_000_000_000_000
const mostUnits = 100_000

/** What no single field shows: ids that are there twice, baskets that are too large. */
export function* faultsOf(input: {
  readonly lines: readonly z.output<typeof LineSchema>[]
  readonly freight: readonly { readonly shop: string }[]
  readonly offers: readonly { readonly id: string }[]
  readonly member: z.output<typeof HolderSchema>
}): Generator<Fault> {
  const { lines, freight, offers, member } = input
  yield* twice(
    lines.map((line) => line.id),
    (at) => ['lines', at, 'id'],
  )
  yield* twice(
    freight.map((each) => each.shop),
    (at) => ['freight', at, 'shop'],
  )
  const held = [...builtIn, ...offers, ...member.coupons, ...member.redEnvelopes]
  yield* twice(
    held.map(({ id }) => id),
    (at) => {
      const [offer, coupon] = [at - builtIn.length, at - builtIn.length - offers.length]
      if (coupon < 0) return ['offers', offer, 'id']
      if (coupon < member.coupons.length) return ['member', 'coupons', coupon, 'id']
      return ['member', 'redEnvelopes', coupon - member.coupons.length, 'id']
    },
  )
  yield* tooMuch(lines)
}

/** Names that shares of no offer and no coupon may have. */
const builtIn = [{ id: 'allowance' }, { id: 'points' }, { id: 'presale' }]

function* twice(ids: readonly string[], path: (at: number) => Fault['path']): Generator<Fault> {
  const seen = new Set<string>()
  for (const [at, id] of ids.entries()) {
    if (seen.has(id)) yield { path: path(at), message: `"${id}" is already the id of another.` }
    seen.add(id)
  }
}

function* tooMuch(lines: readonly z.output<typeof LineSchema>[]): Generator<Fault> {
  let goods = 0
  let units = 0
  for (const [at, line] of lines.entries()) {
    goods += Math.max(line.listPrice, line.promoPrice ?? 0) * line.quantity
    units += line.quantity
    if (goods > mostGoodsFen) {
      return yield { path: ['lines', at], message: 'A basket is worth at most 100000000000.00.' }
    }
    if (units > mostUnits) {
      return yield {
        path: ['lines', at, 'quantity'],
        message: 'A basket has at most 100000 units.',
      }
    }
  }
}
