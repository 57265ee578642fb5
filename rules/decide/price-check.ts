import { z } from 'zod'
import { DaysSchema, type Campaign, type Days } from '#rules/campaigns/policy.ts'
import { decision, policyOf, type DecisionContext } from '#rules/decide/decision.ts'
import { DayOutSchema, FenOutSchema, InstantOutSchema } from '#rules/decide/fields.ts'
import {
  anyDays,
  dayIn,
  dealOf,
  DealSchema,
  instantIn,
  markedOf,
  PromoSchema,
  WhenSchema,
} from '#rules/decide/price-history.ts'
import { DaySchema, nameOf, PositiveMoneySchema } from '#rules/fields.ts'
import { asFen } from '#rules/money/fen.ts'
import type { Window } from '#rules/pricing/basket.ts'
import { ceilingOf, checkPrice, type PriceCause } from '#rules/prices/check.ts'
import { dealsAsked, lowestDeal } from '#rules/prices/deals.ts'
import { lowestMarked } from '#rules/prices/marked.ts'
import { priceLaidOver, type PricePolicy } from '#rules/prices/policy.ts'
import { soldLower } from '#rules/prices/watch.ts'
import {
  daysAfter,
  daysBefore,
  daysOf,
  daysText,
  windowOfDays,
  type PriceDays,
} from '#rules/prices/windows.ts'
import { instantToText, isBefore } from '#rules/time/instants.ts'

const InputSchema = z.strictObject({
  kind: z.enum(['presale', 'spot', 'after']),
  /** Absent: the one campaign of the market. */
  campaign: nameOf(100).optional(),
  declared: PositiveMoneySchema,
  presalePrice: PositiveMoneySchema.optional(),
  deals: z.array(DealSchema).max(100_000).default([]),
  promoPrices: z.array(PromoSchema).max(10_000).default([]),
  windows: z
    .strictObject({
      deals: DaysSchema.optional(),
      promo: DaysSchema.optional(),
      protect: DaysSchema.optional(),
    })
    .default({}),
  at: WhenSchema.optional(),
  lookBackDays: z.int().min(1).max(3_660).optional(),
  eventPrice: PositiveMoneySchema.optional(),
  eventEnds: DaySchema.optional(),
  protectDays: z.int().min(1).max(3_660).optional(),
})

const DaysOutSchema = z.tuple([DayOutSchema, DayOutSchema])

const OutputSchema = z.strictObject({
  ok: z.boolean(),
  refusal: z.string().optional(),
  ceilingFen: FenOutSchema.nullable(),
  floorFen: FenOutSchema.nullable().optional(),
  lowestDealFen: FenOutSchema.nullable(),
  lowestPromoFen: FenOutSchema.nullable(),
  windows: z.strictObject({
    deals: DaysOutSchema.optional(),
    promo: DaysOutSchema.optional(),
    protect: DaysOutSchema.optional(),
  }),
  causes: z.array(
    z.strictObject({
      refusal: z.string(),
      priceFen: FenOutSchema,
      at: InstantOutSchema.nullable(),
      window: DaysOutSchema.nullable(),
      limitFen: FenOutSchema,
      id: z.string().optional(),
    }),
  ),
})

type Input = z.output<typeof InputSchema>
type Output = z.input<typeof OutputSchema>

/** Whether a price may be declared for a campaign, or asked after it, and which deal says no (PV-1 to PV-8, PV-14). */
export const priceCheckDecision = decision({
  name: 'price-check',
  summary: 'whether a price may be declared for a campaign, and which deal or price says no',
  policy: 'price',
  inputSchema: InputSchema,
  outputSchema: OutputSchema,
  decide: (input, context): Output => {
    const found = campaignOf(input.campaign, context)
    if (found === 'unknown') return { ...nothing, ok: false, refusal: 'campaigns/unknown' }
    const policy = priceLaidOver(policyOf(context, 'price'), found?.terms.policies.price)
    return input.kind === 'after'
      ? checkAfter(input, found?.terms, policy, context.zone)
      : checkDeclared(input, input.kind, found, policy, context.zone)
  },
})

const nothing = {
  ceilingFen: null,
  lowestDealFen: null,
  lowestPromoFen: null,
  windows: {},
  causes: [],
}

type Named = { readonly name: string; readonly terms: Campaign }

/** The campaign of a name; without one the only one there is. */
function campaignOf(
  name: string | undefined,
  { policies }: DecisionContext,
): Named | 'unknown' | undefined {
  const prefix = 'campaign:'
  const all = Object.entries(policies as Readonly<Record<string, unknown>>)
    .filter(([each]) => each.startsWith(prefix))
    .map(([each, terms]) => ({ name: each.slice(prefix.length), terms: terms as Campaign }))
  if (name === undefined) return all.length === 1 ? all[0] : undefined
  const wanted = name.startsWith(prefix) ? name.slice(prefix.length) : name
  return all.find((each) => each.name === wanted) ?? 'unknown'
}

function checkDeclared(
  input: Input,
  kind: 'presale' | 'spot',
  campaign: Named | undefined,
  policy: PricePolicy,
  zone: string,
): Output {
  const days = daysAsked(input, kind, campaign?.terms, policy, zone)
  const found = lowestIn(input, days, campaign?.name, policy, zone)
  // Without days everything that was told counts; the causes then name no window.
  const known: PriceDays = { deals: days.deals ?? anyDays, promo: days.promo ?? anyDays }
  const ceiling = ceilingOf({ ...found, days: known }, policy)
  const { presalePrice: presaleFen } = input
  const asked = { priceFen: input.declared, ...(kind === 'spot' ? { presaleFen } : {}) }
  const { ok, refusal, ceilingFen, floorFen, causes } = checkPrice(asked, ceiling, policy)
  return {
    ok,
    ...(refusal === undefined ? {} : { refusal }),
    ceilingFen,
    ...(floorFen === null ? {} : { floorFen }),
    lowestDealFen: found.deal?.priceFen ?? null,
    lowestPromoFen: found.marked?.priceFen ?? null,
    windows: windowsText(days),
    causes: causes.map((cause) => causeText(cause, zone)),
  }
}

/** PV-14: nothing below the price of the event while it is protected. */
function checkAfter(
  input: Input,
  campaign: Campaign | undefined,
  policy: PricePolicy,
  zone: string,
): Output {
  const { at, declared, eventPrice, presalePrice } = input
  const floorFen = eventPrice ?? presalePrice ?? null
  const protect = protectedDays(input, campaign, policy)
  const day = at === undefined ? undefined : dayIn(at, zone)
  const isInside =
    day === undefined ||
    protect === undefined ||
    (Temporal.PlainDate.compare(protect[0], day) <= 0 &&
      Temporal.PlainDate.compare(day, protect[1]) <= 0)
  const from = at === undefined ? (protect?.[0] ?? anyDays[0]) : at
  const asked = { priceId: 'declared', kind: 'promo' as const, priceFen: asFen(declared) }
  const marked = { ...asked, from: instantIn(from, zone), recordedAt: instantIn(from, zone) }
  const watched = { deal: undefined, marked, days: protect ?? anyDays }
  const causes = floorFen === null || !isInside ? [] : soldLower(floorFen, watched)
  const [first] = causes
  return {
    ...nothing,
    ok: first === undefined,
    ...(first === undefined ? {} : { refusal: first.refusal }),
    floorFen,
    windows: windowsText({ protect }),
    causes: causes.map((cause) => {
      // What says no is the price of the event, not the one that is asked.
      const { id: _, ...told } = causeText(cause, zone)
      return { ...told, priceFen: cause.limitFen, at: at === undefined ? null : told.at }
    }),
  }
}

type DaysAsked = { readonly deals: Days | undefined; readonly promo: Days | undefined }

/** PV-7: the windows that are given, else so many days before, else those of the campaign. */
function daysAsked(
  { windows, at, lookBackDays }: Input,
  kind: 'presale' | 'spot',
  campaign: Campaign | undefined,
  policy: PricePolicy,
  zone: string,
): DaysAsked {
  const back =
    at === undefined ? undefined : daysBefore(dayIn(at, zone), lookBackDays ?? policy.lookBackDays)
  const own = campaign === undefined ? undefined : daysOf(campaign, kind)
  return {
    deals: windows.deals ?? back ?? own?.deals,
    promo: windows.promo ?? back ?? own?.promo,
  }
}

function protectedDays(
  { windows, eventEnds, protectDays }: Input,
  campaign: Campaign | undefined,
  policy: PricePolicy,
): Days | undefined {
  if (windows.protect !== undefined) return windows.protect
  if (eventEnds === undefined) return campaign?.price?.protect
  return daysAfter(eventEnds, protectDays ?? policy.protectDays)
}

function lowestIn(
  { deals, promoPrices }: Input,
  days: DaysAsked,
  campaign: string | undefined,
  policy: PricePolicy,
  zone: string,
) {
  const windowIn = (of: Days | undefined): Window => windowOfDays(of ?? anyDays, zone)
  return {
    deal: lowestDeal(
      deals.map((deal, n) => dealOf(deal, n, zone)),
      dealsAsked(policy, windowIn(days.deals), campaign),
    ),
    marked: lowestMarked(
      promoPrices.map((price, n) => markedOf(price, n, zone)),
      { window: windowIn(days.promo), kinds: policy.marked, campaign },
    ),
  }
}

function windowsText(days: {
  readonly [Name in 'deals' | 'promo' | 'protect']?: Days | undefined
}) {
  const { deals, promo, protect } = days
  return {
    ...(deals === undefined ? {} : { deals: daysText(deals) }),
    ...(promo === undefined ? {} : { promo: daysText(promo) }),
    ...(protect === undefined ? {} : { protect: daysText(protect) }),
  }
}

function causeText(cause: PriceCause, zone: string): Output['causes'][number] {
  const { refusal, priceFen, at, window, dealId, priceId, limitFen } = cause
  const id = dealId ?? priceId
  // A price without a beginning has been in force ever since.
  const isEver = at !== null && !isBefore(instantIn(anyDays[0], zone), at)
  return {
    refusal,
    priceFen,
    at: at === null || isEver ? null : instantToText(at, zone),
    window: window === null || window === anyDays ? null : daysText(window),
    limitFen,
    ...(id === undefined ? {} : { id }),
  }
}
