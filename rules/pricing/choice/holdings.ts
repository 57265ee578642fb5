import type { Coupon, GuidedChoice, OwnChoice, RedEnvelope } from '#rules/pricing/basket.ts'
import type { Layer } from '#rules/pricing/basket.ts'
import { type Pool, poolsOf } from '#rules/pricing/choice/pools.ts'
import { notAppliedOf, refusedBy } from '#rules/pricing/conditions.ts'
import type { PricingRefusal } from '#rules/pricing/quote.ts'
import { baseOf, linesOf, type Sheet, sumOver } from '#rules/pricing/sheet.ts'

export type CouponLayer = 'coupon' | 'platformCoupon' | 'categoryCoupon'

/**
 * A coupon that could be used on this basket, and the lines (and the shops' slots) that it touches.
 */
export type Ticket = {
  readonly id: string
  readonly coupon: Coupon
  readonly layer: CouponLayer
  readonly lines: readonly number[]
  readonly shops: readonly number[]
  /** What its threshold was tested on before any chosen layer: never more later (PC-2). */
  readonly baseFen: number
}

export type Envelope = {
  readonly id: string
  readonly envelope: RedEnvelope
  readonly lines: readonly number[]
}

/** What the member holds and could use here; the rest is already told in `sheet.notApplied`. */
export type Holdings = {
  /** In the order in which they are applied: stacking ones last, by priority and id (PC-3). */
  readonly tickets: readonly Ticket[]
  /** The soonest to expire first, then by id (PC-12). */
  readonly envelopes: readonly Envelope[]
  readonly pools: readonly Pool[]
  /** Fen of the allowance; without end when it is automatic. */
  readonly walletFen: number
  readonly points: number
}

/**
 * Sorts out what can be used at all: each instrument that cannot is told with its reason (PC-1).
 * `layers`: those that the policy applies after the offers.
 */
export function holdingsOf(sheet: Sheet, layers: readonly Layer[]): Holdings {
  const { member, choose } = sheet.basket
  const left = leftOut(sheet)
  const tickets: Ticket[] = []
  let sorted = true
  for (const coupon of member.coupons) {
    const ticket = ticketOf(sheet, layers, coupon, left)
    if (ticket === undefined) continue
    const last = tickets.at(-1)
    if (last !== undefined && inOrder(last, ticket) > 0) sorted = false
    tickets.push(ticket)
  }
  if (!sorted) tickets.sort(inOrder)
  if (choose.kind === 'own') byOwnOrder(tickets, choose)

  const envelopes: Envelope[] = []
  for (const envelope of member.redEnvelopes) {
    const found = envelopeOf(sheet, layers, envelope, left)
    if (found !== undefined) envelopes.push(found)
  }
  if (envelopes.length > 1) envelopes.sort(soonestFirst)

  const walletFen = walletOf(sheet, layers, left)
  return {
    tickets,
    envelopes,
    pools: walletFen > 0 ? poolsOf(sheet) : [],
    walletFen,
    points: pointsOf(sheet, layers, left),
  }
}

/** Which ids the buyer keeps out; unknown ids are told. */
type LeftOut = (id: string, own: readonly string[] | undefined) => boolean

function leftOut(sheet: Sheet): LeftOut {
  const { choose } = sheet.basket
  if (choose.kind === 'best') return () => false
  tellUnknown(sheet, choose)
  if (choose.kind === 'guided') return (id) => choose.without.includes(id)
  return (id, own) => own === undefined || !own.includes(id)
}

function tellUnknown(
  sheet: Sheet,
  choose: ({ kind: 'own' } & OwnChoice) | ({ kind: 'guided' } & GuidedChoice),
): void {
  const { coupons, redEnvelopes } = sheet.basket.member
  const named =
    choose.kind === 'own'
      ? [...(choose.coupons ?? []), ...(choose.redEnvelopes ?? [])]
      : [...choose.pin, ...choose.without].filter((id) => id !== 'allowance' && id !== 'points')
  for (const id of new Set(named)) {
    if (coupons.some((each) => each.id === id) || redEnvelopes.some((each) => each.id === id))
      continue
    sheet.notApplied.push({ id, refusal: 'pricing/unknown-instrument' })
  }
}

const layerOfKind = {
  item: 'coupon',
  shop: 'coupon',
  platform: 'platformCoupon',
  category: 'categoryCoupon',
} as const

function ticketOf(
  sheet: Sheet,
  layers: readonly Layer[],
  coupon: Coupon,
  left: LeftOut,
): Ticket | undefined {
  const { basket } = sheet
  const { id } = coupon
  const refusal = refusedBy(coupon, basket)
  if (refusal !== undefined) {
    sheet.notApplied.push(notAppliedOf(id, refusal))
    return undefined
  }
  const layer = layerOfKind[coupon.kind]
  if (!layers.includes(layer)) return told(sheet, id, 'pricing/no-layer')

  const lines = linesOf(sheet, coupon.target)
  if (lines.length === 0) return told(sheet, id, 'pricing/no-matching-line')
  const own = basket.choose.kind === 'own' ? basket.choose.coupons : undefined
  if (left(id, own)) return told(sheet, id, 'pricing/not-chosen')

  const ticket = {
    id,
    coupon,
    layer,
    lines,
    shops: shopsOf(sheet, lines),
    baseFen: baseOf(sheet, lines),
  }
  return isReachable(sheet, ticket) ? ticket : undefined
}

/**
 * Whether its conditions can be met at all: later layers only ever lower what they are tested on.
 */
function isReachable(sheet: Sheet, ticket: Ticket): boolean {
  const { id, coupon, lines, baseFen } = ticket
  if (coupon.minUnits !== undefined) {
    let units = 0
    for (const line of lines) units += sheet.basket.lines[line]!.quantity
    if (units < coupon.minUnits) {
      const shortUnits = coupon.minUnits - units
      sheet.notApplied.push({ id, refusal: 'pricing/not-enough-units', shortUnits })
      return false
    }
  }
  const thresholdFen = coupon.threshold ?? 0
  if (baseFen < thresholdFen) {
    sheet.notApplied.push({
      id,
      refusal: 'pricing/threshold-not-reached',
      baseFen,
      thresholdFen,
      shortFen: thresholdFen - baseFen,
    })
    return false
  }
  const isParallel = sheet.policy.threshold === 'parallel'
  const leftFen = isParallel ? sumOver(sheet.left, lines) : baseFen
  if (leftFen > sumOver(sheet.floor, lines)) return true
  sheet.notApplied.push({ id, refusal: 'pricing/nothing-left' })
  return false
}

function told(sheet: Sheet, id: string, refusal: PricingRefusal): undefined {
  sheet.notApplied.push({ id, refusal })
}

function shopsOf(sheet: Sheet, lines: readonly number[]): readonly number[] {
  const first = sheet.shopOf[lines[0]!]!
  const shops = [first]
  if (lines === sheet.linesOfShop[first]) return shops
  for (const line of lines) {
    const shop = sheet.shopOf[line]!
    if (!shops.includes(shop)) shops.push(shop)
  }
  return shops
}

function inOrder(a: Ticket, b: Ticket): number {
  if (a.coupon.stacks !== b.coupon.stacks) return a.coupon.stacks ? 1 : -1
  return b.coupon.priority - a.coupon.priority || (a.id < b.id ? -1 : 1)
}

/** In an own choice what is named first takes the slot; stacking ones still come last. */
function byOwnOrder(tickets: Ticket[], { coupons = [] }: OwnChoice): void {
  tickets.sort((a, b) => {
    if (a.coupon.stacks !== b.coupon.stacks) return a.coupon.stacks ? 1 : -1
    if (a.coupon.stacks) return inOrder(a, b)
    return coupons.indexOf(a.id) - coupons.indexOf(b.id)
  })
}

function envelopeOf(
  sheet: Sheet,
  layers: readonly Layer[],
  envelope: RedEnvelope,
  left: LeftOut,
): Envelope | undefined {
  const { atMs, choose } = sheet.basket
  const { id } = envelope
  if (!layers.includes('redEnvelope')) return told(sheet, id, 'pricing/no-layer')
  if (envelope.expiresAtMs !== undefined && envelope.expiresAtMs <= atMs) {
    return told(sheet, id, 'pricing/not-in-window')
  }
  const lines = linesOf(sheet, envelope.target)
  if (lines.length === 0) return told(sheet, id, 'pricing/no-matching-line')
  const own = choose.kind === 'own' ? choose.redEnvelopes : undefined
  if (left(id, own)) return told(sheet, id, 'pricing/not-chosen')
  return envelope.amount === 0 ? told(sheet, id, 'pricing/nothing-left') : { id, envelope, lines }
}

function soonestFirst(a: Envelope, b: Envelope): number {
  const first = a.envelope.expiresAtMs ?? Infinity
  const second = b.envelope.expiresAtMs ?? Infinity
  if (first !== second) return first < second ? -1 : 1
  return a.id < b.id ? -1 : 1
}

function walletOf(sheet: Sheet, layers: readonly Layer[], left: LeftOut): number {
  const { member, choose } = sheet.basket
  const held = sheet.policy.allowance.automatic ? Infinity : member.allowance
  if (held === 0) return 0
  if (!layers.includes('allowance')) {
    if (held !== Infinity) told(sheet, 'allowance', 'pricing/no-layer')
    return 0
  }
  const own = choose.kind === 'own' ? (choose.allowance ?? true) : true
  const isOut = choose.kind === 'own' ? own === false : left('allowance', undefined)
  if (isOut) told(sheet, 'allowance', 'pricing/not-chosen')
  if (isOut) return 0
  return typeof own === 'number' ? Math.min(held, own) : held
}

function pointsOf(sheet: Sheet, layers: readonly Layer[], left: LeftOut): number {
  const { member, choose } = sheet.basket
  if (member.points === 0) return 0
  const isOut = choose.kind === 'own' ? (choose.points ?? 0) === 0 : left('points', undefined)
  if (!layers.includes('points') || sheet.policy.points.pay === null) {
    told(sheet, 'points', 'pricing/no-layer')
    return 0
  }
  if (isOut) told(sheet, 'points', 'pricing/not-chosen')
  if (isOut) return 0
  return choose.kind === 'own' ? Math.min(member.points, choose.points ?? 0) : member.points
}
