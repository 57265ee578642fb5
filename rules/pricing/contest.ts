import type { Offer } from '#rules/pricing/basket.ts'
import { isOverBudget } from '#rules/pricing/conditions.ts'
import { reduce } from '#rules/pricing/effects/reduce.ts'
import {
  lower,
  shortOf,
  shortOfUnits,
  type Reduction,
  type Short,
} from '#rules/pricing/effects/reduction.ts'
import { countOf } from '#rules/pricing/effects/units.ts'
import { countCapped, leftOfCap } from '#rules/pricing/member-cap.ts'
import { sumOver, writeOff, type Sheet } from '#rules/pricing/sheet.ts'

/** An offer that could take something off some lines, with what it would take. */
export type Contender = {
  readonly offer: Offer
  readonly lines: readonly number[]
  readonly baseFen: number
  readonly reduction: Reduction
}

/** Where an offer is tried: the whole basket (item layer), or one shop of it. */
export type Arena = {
  readonly layer: 'item' | 'shop'
  /** Whether a line may be reduced by a `getTarget`. */
  readonly isOpen: (line: number) => boolean
  /** What offers have taken in shops before this one, by id. */
  readonly spentFen?: ReadonlyMap<string, number> | undefined
}

/** Why an offer takes nothing off. */
export type NoContender =
  | Short
  | { readonly ok: false; readonly refusal: 'pricing/budget-spent' }
  | {
      readonly ok: false
      readonly refusal: 'pricing/member-cap-reached'
      readonly capFen: number
    }

/** What an offer would take off lines as they are now, with all its conditions (PR-5, PR-6, PR-14, PR-19). */
export function tryOffer(
  sheet: Sheet,
  offer: Offer,
  lines: readonly number[],
  arena: Arena,
): Contender | NoContender {
  const baseFen = baseIn(sheet, arena.layer, lines)
  const { threshold, minUnits, maxOff, limit, effect, memberCap } = offer
  let most: number | undefined = maxOff
  if (memberCap !== undefined) {
    const leftFen = leftOfCap(sheet, offer.id, memberCap)
    if (leftFen === 0) {
      return { ok: false, refusal: 'pricing/member-cap-reached', capFen: memberCap.off }
    }
    most = lower(maxOff, leftFen)
  }
  if (threshold !== undefined && baseFen < threshold) return shortOf(baseFen, threshold)
  if (minUnits !== undefined) {
    const units = countOf(sheet, lines)
    if (units < minUnits) return shortOfUnits(units, minUnits)
  }
  // Gifts and freight have layers of their own.
  if (effect.type === 'gift' || effect.type === 'freeFreight' || effect.type === 'freightOff') {
    return { ok: false, refusal: 'pricing/nothing-left' }
  }
  const scope = { layer: arena.layer, lines, baseFen, most }
  const reduction = reduce(sheet, scope, effect, arena.isOpen)
  if (!reduction.ok) return reduction
  const spentFen = arena.spentFen?.get(offer.id) ?? 0
  if (limit !== undefined && isOverBudget(limit, spentFen + reduction.offFen)) {
    return { ok: false, refusal: 'pricing/budget-spent' }
  }
  return { offer, lines, baseFen, reduction }
}

/** What thresholds read: inside the item layer what is left, after it what the policy says (PR-6). */
export function baseIn(sheet: Sheet, layer: 'item' | 'shop', lines: readonly number[]): number {
  const isParallel = layer === 'shop' && sheet.policy.threshold === 'parallel'
  return sumOver(isParallel ? sheet.item : sheet.left, lines)
}

/** The strongest first; the few that mostly compete are not worth a sort with its calls. */
export function sortByStrength(contenders: Contender[]): Contender[] {
  if (contenders.length > mostInserted) return contenders.sort(byStrength)
  for (let next = 1; next < contenders.length; next += 1) {
    const contender = contenders[next]!
    let at = next
    while (at > 0 && byStrength(contender, contenders[at - 1]!) < 0) {
      contenders[at] = contenders[at - 1]!
      at -= 1
    }
    contenders[at] = contender
  }
  return contenders
}

const mostInserted = 32

/** Higher priority, then the larger reduction, then the id (PR-10). */
function byStrength(a: Contender, b: Contender): number {
  if (a.offer.priority !== b.offer.priority) return b.offer.priority - a.offer.priority
  if (a.reduction.offFen !== b.reduction.offFen) return b.reduction.offFen - a.reduction.offFen
  return a.offer.id < b.offer.id ? -1 : 1
}

/** Writes what a contender takes off. */
export function apply(sheet: Sheet, { offer, reduction }: Contender): void {
  writeOff(sheet, reduction.lines, reduction.offs, {
    layer: offer.layer,
    instrument: offer.id,
    policy: offer.policy,
    campaign: offer.campaign,
    funder: offer.funder,
  })
  if (offer.memberCap !== undefined) {
    countCapped(sheet, offer, offer.memberCap, reduction.offFen)
  }
}

export function isContender(tried: Contender | NoContender): tried is Contender {
  return 'offer' in tried
}
