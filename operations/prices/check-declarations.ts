import type { Reader } from '#db/connection.ts'
import { priceBounds } from '#db/prices/bounds.ts'
import { lowestDeals, type SkuKey } from '#db/prices/deals.ts'
import { pricesOf } from '#db/prices/price-records.ts'
import {
  priceSettingAt,
  type PriceContext,
  type PriceSetting,
} from '#operations/prices/price-setting.ts'
import type { Days } from '#rules/campaigns/policy.ts'
import {
  ceilingOf,
  isSurelyAllowed,
  tooHigh,
  type Ceiling,
  type PriceCause,
} from '#rules/prices/check.ts'
import { dealsAsked, type DealsAsked, type LowestDeal } from '#rules/prices/deals.ts'
import { lowestMarked, type LowestMarked, type MarkedAsked } from '#rules/prices/marked.ts'
import { daysText, windowOfDays, type DeclaredKind } from '#rules/prices/windows.ts'
import { instantToText } from '#rules/time/instants.ts'

/** So many SKUs in one statement. */
const atOnce = 1_000

/**
 * How high SKUs may be declared for a campaign by what is recorded or scheduled now, in their order
 * (PV-8); `undefined`: the campaign verifies no prices. The same for one and for many.
 */
export async function ceilingsOf(
  db: Reader,
  context: PriceContext,
  asked: {
    readonly campaign: string
    readonly kind: DeclaredKind
    readonly at: Temporal.Instant
  },
  skus: readonly SkuKey[],
): Promise<readonly Ceiling[] | undefined> {
  const setting = priceSettingAt(context, asked.campaign, asked.at)
  return setting === undefined ? undefined : await ceilingsBy(db, setting, asked.kind, skus)
}

/** As `ceilingsOf`. `recordedBy`: by what was recorded until then. */
export async function ceilingsBy(
  db: Reader,
  setting: PriceSetting,
  kind: DeclaredKind,
  skus: readonly SkuKey[],
  recordedBy?: Temporal.Instant,
): Promise<Ceiling[]> {
  const days = setting.price[kind]
  const lowest = await lowestOnDays(db, setting, days, skus, { recordedBy })
  return lowest.map((each) => ceilingOf({ ...each, days }, setting.policy))
}

/** A price that is declared of an SKU. */
type Priced = SkuKey & { readonly priceFen: number; readonly kind: DeclaredKind }

/**
 * Those of declared prices that may be above their ceilings by all that is recorded now: bounds tell of
 * most that they are not, at half the cost of finding the deal and the marked price that set a ceiling.
 */
export async function suspectsOf<Declared extends Priced>(
  db: Reader,
  setting: PriceSetting,
  declared: readonly Declared[],
): Promise<Declared[]> {
  const byKind = Map.groupBy(declared, (each) => each.kind)
  const found = await Promise.all(
    [...byKind].map(async ([kind, own]) => {
      const { deals, marked } = askedOnDays(setting, setting.price[kind])
      const bounds = await priceBounds(db, deals, marked, own)
      return own.filter((each, n) => {
        const lowest = bounds[n]
        return lowest !== undefined && !isSurelyAllowed(each.priceFen, lowest, setting.policy)
      })
    }),
  )
  return found.flat()
}

/** Those of declared prices of one kind that are above their ceilings, each with its ceiling. */
export async function aboveCeilings<Declared extends Priced>(
  db: Reader,
  setting: PriceSetting,
  kind: DeclaredKind,
  declared: readonly Declared[],
): Promise<{ readonly each: Declared; readonly ceiling: Ceiling }[]> {
  const suspects = await suspectsOf(db, setting, declared)
  if (suspects.length === 0) return []
  const ceilings = await ceilingsBy(db, setting, kind, suspects)
  return suspects.flatMap((each, n) => {
    const ceiling = ceilings[n]
    const isAbove = ceiling !== undefined && tooHigh(each.priceFen, ceiling).length > 0
    return isAbove ? [{ each, ceiling }] : []
  })
}

/** The lowest deal and the lowest marked price of an SKU. */
export type Lowest = {
  readonly deal: LowestDeal | undefined
  readonly marked: LowestMarked | undefined
}

/**
 * The lowest prices of SKUs on days, in their order, not counting those of the campaign itself.
 * `inForceBy`: marked prices that begin later do not count.
 */
export async function lowestOnDays(
  db: Reader,
  setting: PriceSetting,
  days: { readonly deals: Days; readonly promo: Days },
  skus: readonly SkuKey[],
  until: {
    readonly recordedBy?: Temporal.Instant | undefined
    readonly inForceBy?: Temporal.Instant | undefined
  } = {},
): Promise<Lowest[]> {
  const { recordedBy, inForceBy } = until
  const asked = askedOnDays(setting, days)
  const { window } = asked.marked
  const toMs = Math.min(window.toMs, (inForceBy?.epochMilliseconds ?? window.toMs) + 1)
  const marked = { ...asked.marked, window: { ...window, toMs } }
  const byMs = recordedBy?.epochMilliseconds ?? Number.POSITIVE_INFINITY

  const found: Lowest[] = []
  for (let at = 0; at < skus.length; at += atOnce) {
    const some = skus.slice(at, at + atOnce)
    const [deals, prices] = await Promise.all([
      lowestDeals(db, asked.deals, some, recordedBy),
      pricesOf(db, some),
    ])
    some.forEach((_, n) => {
      const known = (prices[n] ?? []).filter((price) => price.recordedMs <= byMs)
      found.push({ deal: deals[n], marked: lowestMarked(known, marked) })
    })
  }
  return found
}

/** Which deals and marked prices count on days, for the campaign. */
function askedOnDays(
  { campaign, policy, zone }: PriceSetting,
  days: { readonly deals: Days; readonly promo: Days },
): { readonly deals: DealsAsked; readonly marked: MarkedAsked } {
  return {
    deals: dealsAsked(policy, windowOfDays(days.deals, zone), campaign),
    marked: { window: windowOfDays(days.promo, zone), kinds: policy.marked, campaign },
  }
}

/** A ceiling as it is kept and told. */
export function ceilingJson(ceiling: Ceiling, zone: string): object {
  const { ceilingFen, byDealFen, byMarkedFen, lowestDeal, lowestMarked: marked, days } = ceiling
  return {
    ceilingFen,
    deal:
      lowestDeal === null
        ? null
        : {
            dealId: lowestDeal.dealId,
            at: instantToText(lowestDeal.orderedAt, zone),
            priceFen: lowestDeal.priceFen,
            ceilingFen: byDealFen,
          },
    marked:
      marked === null
        ? null
        : {
            priceId: marked.priceId,
            kind: marked.kind,
            at: instantToText(marked.from, zone),
            priceFen: marked.priceFen,
            ceilingFen: byMarkedFen,
          },
    windows: { deals: daysText(days.deals), promo: daysText(days.promo) },
  }
}

/** A cause as it is kept and told. */
export function causeJson(cause: PriceCause, zone: string): Readonly<Record<string, unknown>> {
  const { at, window, ...rest } = cause
  return {
    ...rest,
    at: at === null ? null : instantToText(at, zone),
    window: window === null ? null : daysText(window),
  }
}
