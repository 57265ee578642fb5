import type { Basket } from '#rules/pricing/basket.ts'
import { chooseWithFreight, type Finished } from '#rules/pricing/freight-choice.ts'
import { applyItemOffers } from '#rules/pricing/item-layer.ts'
import { layersOf } from '#rules/pricing/layers.ts'
import {
  matchOffers,
  type Matched,
  type MatchedByLayer,
  type OfferIndex,
} from '#rules/pricing/offer-index.ts'
import type { PricingPolicy } from '#rules/pricing/policy.ts'
import { applyPresale, hasPresale } from '#rules/pricing/presale-layer.ts'
import { applyShopOffers } from '#rules/pricing/shop-layer.ts'
import type { LayerReport, Quote, QuotedFreight, QuotedLine, Share } from '#rules/pricing/quote.ts'
import { closeLayer, newTold, openLayer, type Told } from '#rules/pricing/report.ts'
import { openSheet, type Sheet } from '#rules/pricing/sheet.ts'

/** Prices a basket through all layers, with its whole explanation (PR-1 and what follows). */
export function priceBasket(
  basket: Basket,
  offers: OfferIndex,
  policy: PricingPolicy,
  policyName?: string,
): Quote {
  const sheet = openSheet(basket, policy, policyName)
  const matched = matchOffers(offers, sheet)
  const layers = layersOf(basket, policy, {
    presale: hasPresale(sheet),
    freight: matched.freight.length > 0,
  })
  const told = newTold()
  const reports: LayerReport[] = []
  for (const layer of automatic) {
    if (layers.includes(layer)) reports.push(applyOffers(sheet, layer, matched, told))
    else if (layer !== 'presale') refuseAll(sheet, matched[layer])
    if (layer !== 'shop') keepItemLevel(sheet)
  }
  const finished = chooseWithFreight(sheet, layers, matched.freight, told)
  for (const report of finished.chosen.reports) reports.push(report)
  if (finished.report !== undefined) {
    reports.splice(layers.indexOf('freight'), 0, finished.report)
  }
  return quoteOf(finished, reports)
}

/** Always in this order, and before what the buyer holds (PR-1). */
const automatic = ['presale', 'item', 'shop'] as const

function applyOffers(
  sheet: Sheet,
  layer: 'presale' | 'item' | 'shop',
  matched: MatchedByLayer,
  told: Told,
): LayerReport {
  const opened = openLayer(sheet, layer)
  if (layer === 'presale') return closeLayer(sheet, opened, applyPresale(sheet))
  const { gifts, missing, offers } = told
  const inLayer: Told = { applied: [], gifts, missing, offers }
  if (layer === 'item') applyItemOffers(sheet, matched.item, opened.before, inLayer)
  else applyShopOffers(sheet, matched.shop, opened.before, inLayer)
  return closeLayer(sheet, opened, inLayer.applied)
}

function refuseAll(sheet: Sheet, matched: readonly Matched[]): void {
  for (const { offer } of matched) {
    sheet.notApplied.push({ id: offer.id, refusal: 'pricing/no-layer' })
  }
}

/** What `parallel` thresholds and `itemPrice` weights read from here on. */
function keepItemLevel({ item, left }: Sheet): void {
  for (let at = 0; at < left.length; at += 1) item[at] = left[at]!
}

function quoteOf(
  { sheet, told, chosen, freight }: Finished,
  layers: readonly LayerReport[],
): Quote {
  const { basket } = sheet
  let goodsFen = 0
  let linesFen = 0
  for (const at of sheet.all) {
    goodsFen += sheet.goods[at]!
    linesFen += sheet.left[at]!
  }
  let freightFen = 0
  let freightPayFen = 0
  for (const each of freight) {
    freightFen += each.amountFen
    freightPayFen += each.payFen
  }
  let extrasFen = 0
  for (const { amount } of basket.extras) extrasFen += amount
  const lines = Array<QuotedLine>(sheet.all.length)
  for (let at = 0; at < lines.length; at += 1) lines[at] = lineOf(sheet, at)
  const { coupons, allowanceFen, redEnvelopesFen, points } = chosen.used
  const depositFen = depositOf(basket)
  const quote: Quote = {
    ok: true,
    goodsFen,
    freightFen,
    extrasFen,
    payFen: linesFen + freightPayFen + extrasFen - (depositFen ?? 0),
    optimal: chosen.optimal,
    layers,
    lines,
    freight,
    gifts: told.gifts,
    notApplied: sheet.notApplied,
    missing: told.missing.length === 0 ? chosen.missing : [...told.missing, ...chosen.missing],
    used: { coupons, allowanceFen, redEnvelopesFen, points, offers: told.offers },
    policies: policiesOf(sheet, freight),
  }
  return depositFen === undefined ? quote : withDeposit(quote, depositFen)
}

/** Told before what is still to pay. */
function withDeposit(quote: Quote, depositFen: number): Quote {
  const { ok, goodsFen, freightFen, extrasFen, ...rest } = quote
  return { ok, goodsFen, freightFen, extrasFen, depositFen, ...rest }
}

/** What was put down, where there is a presale line. */
function depositOf({ lines }: Basket): number | undefined {
  let deposit: number | undefined
  for (const { presale, quantity } of lines) {
    if (presale !== undefined) deposit = (deposit ?? 0) + presale.deposit * quantity
  }
  return deposit
}

function lineOf({ basket, left, shares }: Sheet, at: number): QuotedLine {
  const { id, quantity } = basket.lines[at]!
  return { id, payFen: left[at]!, unitsFen: unitsOf(left[at]!, quantity), shares: shares[at]! }
}

/** What each unit costs: shared evenly, the odd fen to the later units (PR-16). */
function unitsOf(payFen: number, quantity: number): number[] {
  if (quantity === 1) return [payFen]
  const odd = payFen % quantity
  const even = (payFen - odd) / quantity
  const units = Array<number>(quantity)
  for (let unit = 0; unit < quantity; unit += 1)
    units[unit] = unit < quantity - odd ? even : even + 1
  return units
}

/** The policies by which something was decided: that of pricing, then those of what took something off. */
function policiesOf({ policyName, shares }: Sheet, freight: readonly QuotedFreight[]): string[] {
  const names: string[] = policyName === undefined ? [] : [policyName]
  for (const each of shares) addPolicies(names, each)
  for (const each of freight) addPolicies(names, each.shares)
  // What is by hand has no policy, and shares of one instrument follow each other: few come here twice.
  return names.length < 2 ? names : [...new Set(names)]
}

function addPolicies(names: string[], shares: readonly Share[]): void {
  for (const { policy } of shares) {
    if (policy !== undefined && policy !== names.at(-1)) names.push(policy)
  }
}
