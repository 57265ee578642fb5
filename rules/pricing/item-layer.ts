import { notAppliedOf, refusedBy } from '#rules/pricing/conditions.ts'
import {
  apply,
  isContender,
  sortByStrength,
  tryOffer,
  type Arena,
  type Contender,
  type NoContender,
} from '#rules/pricing/contest.ts'
import { giveGift } from '#rules/pricing/gifts.ts'
import { hasSteps, missingOf, type Tried } from '#rules/pricing/missing.ts'
import type { Matched } from '#rules/pricing/offer-index.ts'
import { appliedOf, type Told } from '#rules/pricing/report.ts'
import { zeros, type Sheet } from '#rules/pricing/sheet.ts'

/** Who closed a line to the offers after it; a line without one is open. */
type Closed = (Contender | undefined)[]

/**
 * Item offers compete line by line: the strongest takes its open lines and closes them, the others are
 * computed again on what stays open; then those that stack, then gifts (PR-10).
 */
export function applyItemOffers(
  sheet: Sheet,
  matched: readonly Matched[],
  before: readonly number[],
  told: Told,
): void {
  const closed: Closed = Array<Contender | undefined>(sheet.all.length)
  const arena: Arena = {
    layer: 'item',
    isOpen: (line) => closed[line] === undefined,
    spentFen: undefined,
  }
  const contenders: Contender[] = []
  const waiting: Waiting[] = []
  const stacking: Matched[] = []
  const gifts: Matched[] = []
  const tried: Tried[] = []
  for (const each of matched) {
    const { offer, lines } = each
    const refusal = refusedBy(offer, sheet.basket)
    if (refusal !== undefined) sheet.notApplied.push(notAppliedOf(offer.id, refusal))
    else if (offer.effect.type === 'gift') gifts.push(each)
    else if (offer.stacks) stacking.push(each)
    else {
      const found = tryOffer(sheet, offer, lines, arena)
      if (isContender(found)) contenders.push(found)
      else if (mayComeBack(found)) waiting.push({ offer, lines, why: found, by: undefined })
      else tell(sheet, offer.id, found)
      if (!isContender(found)) tried.push({ offer, lines, short: found })
      else if (hasSteps(offer.effect)) tried.push({ offer, lines, short: undefined })
    }
  }
  contend(sheet, contenders, waiting, closed, arena, told)
  if (tried.length > 0) {
    missingOf(sheet, 'item', tried, before, (line) => closed[line]?.offer, told)
  }
  if (stacking.length > 0) stack(sheet, stacking, closed, told)
  for (const { offer, lines } of gifts) {
    const open = lines.filter((line) => !isExclusive(closed[line]))
    if (open.length > 0) giveGift(sheet, offer, open, before, told)
    else tellBeaten(sheet, offer.id, closed[lines[0]!]!)
  }
}

/** Tells why an offer took nothing off. */
export function tell(sheet: Sheet, id: string, why: NoContender, shop?: string): void {
  const { ok: _, ...told } = why
  sheet.notApplied.push({ id, ...told, ...(shop === undefined ? {} : { shop }) })
}

/** Tells which offer took the place of another. */
export function tellBeaten(sheet: Sheet, id: string, by: Contender, shop?: string): void {
  const refusal = by.offer.exclusive ? 'pricing/excluded' : 'pricing/beaten'
  sheet.notApplied.push({ id, refusal, by: by.offer.id, ...(shop === undefined ? {} : { shop }) })
}

export function isExclusive(closer: Contender | undefined): boolean {
  return closer?.offer.exclusive === true
}

/** An offer that takes nothing off its lines as they are, but may on fewer of them. */
type Waiting = Matched & {
  readonly why: NoContender
  /** Who closed a line of it, when it took something off before. */
  readonly by: Contender | undefined
}

/** Fewer lines never reach a threshold or more units; but other units, or a smaller discount, may do. */
function mayComeBack({ refusal }: NoContender): boolean {
  return refusal === 'pricing/nothing-left' || refusal === 'pricing/budget-spent'
}

/** How many offers want each line: where it is one, a winner changes nothing for the others. */
function wantedBy(
  sheet: Sheet,
  contenders: readonly Contender[],
  waiting: readonly Waiting[],
): number[] {
  const wanted = zeros(sheet.all.length)
  for (const { lines, reduction } of contenders) {
    addEach(wanted, lines)
    if (reduction.lines !== lines) addEach(wanted, reduction.lines)
  }
  for (const { lines } of waiting) addEach(wanted, lines)
  return wanted
}

function addEach(wanted: number[], lines: readonly number[]): void {
  for (let at = 0; at < lines.length; at += 1) wanted[lines[at]!]! += 1
}

function contend(
  sheet: Sheet,
  contenders: Contender[],
  waiting: Waiting[],
  closed: Closed,
  arena: Arena,
  told: Told,
): void {
  const wanted = wantedBy(sheet, contenders, waiting)
  let open = sortByStrength(contenders)
  let still = waiting
  let at = 0
  while (at < open.length) {
    const winner = open[at]!
    at += 1
    win(sheet, winner, closed, told)
    if (!isWanted(winner, wanted)) continue
    const again = triedAgain(sheet, open.slice(at), still, closed, arena)
    open = again.contenders
    still = again.waiting
    at = 0
  }
  for (const { offer, why, by } of still) {
    if (by === undefined) tell(sheet, offer.id, why)
    else tellBeaten(sheet, offer.id, by)
  }
}

/** Whether another has to be computed again: one that wants a line of it, or shares its cap. */
function isWanted({ offer, lines, reduction }: Contender, wanted: readonly number[]): boolean {
  if (reduction.lines !== lines || offer.memberCap !== undefined) return true
  for (let at = 0; at < lines.length; at += 1) if (wanted[lines[at]!]! > 1) return true
  return false
}

function win(sheet: Sheet, winner: Contender, closed: Closed, told: Told): void {
  apply(sheet, winner)
  told.applied.push(appliedOf(sheet, winner, undefined))
  told.offers.push(winner.offer.id)
  const { lines, reduction } = winner
  for (let at = 0; at < lines.length; at += 1) closed[lines[at]!] = winner
  if (reduction.lines !== lines) for (const line of reduction.lines) closed[line] = winner
}

/** Computes again those that lost lines; who takes nothing on what is open is beaten, or waits. */
function triedAgain(
  sheet: Sheet,
  contenders: readonly Contender[],
  waiting: readonly Waiting[],
  closed: Closed,
  arena: Arena,
): { readonly contenders: Contender[]; readonly waiting: Waiting[] } {
  const still: Contender[] = []
  const waits: Waiting[] = []
  for (const contender of contenders) {
    const { offer, lines, reduction } = contender
    const isClosed = (line: number): boolean => closed[line] !== undefined
    const shut = lines.find(isClosed) ?? reduction.lines.find(isClosed)
    const isSame = shut === undefined && offer.memberCap === undefined
    const found = isSame ? contender : tryOpen(sheet, contender, arena)
    if (found !== undefined && isContender(found)) still.push(found)
    else if (found?.refusal === 'pricing/member-cap-reached') tell(sheet, offer.id, found)
    else if (found !== undefined && mayComeBack(found)) {
      waits.push({ offer, lines, why: found, by: closed[shut!] })
    } else tellBeaten(sheet, offer.id, closed[shut!]!)
  }
  for (const each of waiting) {
    const found = each.lines.every(arena.isOpen) ? undefined : tryOpen(sheet, each, arena)
    if (found !== undefined && isContender(found)) still.push(found)
    else waits.push(each)
  }
  return { contenders: sortByStrength(still), waiting: waits }
}

/** An offer on those of its lines that are open; `undefined`: on none. */
function tryOpen(
  sheet: Sheet,
  { offer, lines }: Matched,
  arena: Arena,
): Contender | NoContender | undefined {
  const open = lines.filter(arena.isOpen)
  return open.length === 0 ? undefined : tryOffer(sheet, offer, open, arena)
}

/** Each on what those before it left, in their order, on lines that no exclusive offer closed. */
function stack(sheet: Sheet, stacking: readonly Matched[], closed: Closed, told: Told): void {
  const arena: Arena = { layer: 'item', isOpen: (line) => !isExclusive(closed[line]) }
  const contenders: Contender[] = []
  for (const { offer, lines } of stacking) {
    const open = lines.filter(arena.isOpen)
    if (open.length === 0) {
      tellBeaten(sheet, offer.id, closed[lines[0]!]!)
      continue
    }
    const found = tryOffer(sheet, offer, open, arena)
    if (isContender(found)) contenders.push(found)
    else tell(sheet, offer.id, found)
  }
  for (const { offer, lines } of sortByStrength(contenders)) {
    const open = lines.filter(arena.isOpen)
    if (open.length === 0) {
      tellBeaten(sheet, offer.id, closed[lines[0]!]!)
      continue
    }
    const found = tryOffer(sheet, offer, open, arena)
    if (!isContender(found)) {
      tell(sheet, offer.id, found)
      continue
    }
    apply(sheet, found)
    told.applied.push(appliedOf(sheet, found, undefined))
    told.offers.push(offer.id)
    if (offer.exclusive) for (const line of found.reduction.lines) closed[line] = found
  }
}
