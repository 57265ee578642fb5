import { refusedBy } from '#rules/pricing/conditions.ts'
import {
  apply,
  byStrength,
  isContender,
  tryOffer,
  type Arena,
  type Contender,
  type NoContender,
} from '#rules/pricing/contest.ts'
import { giveGift } from '#rules/pricing/gifts.ts'
import { hasSteps, missingOf, type Tried } from '#rules/pricing/missing.ts'
import type { Matched } from '#rules/pricing/offer-index.ts'
import { appliedOf, type Told } from '#rules/pricing/report.ts'
import type { Sheet } from '#rules/pricing/sheet.ts'

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
  const closed: Closed = sheet.all.map(() => undefined)
  const arena: Arena = { layer: 'item', isOpen: (line) => closed[line] === undefined }
  const contenders: Contender[] = []
  const waiting: Waiting[] = []
  const stacking: Matched[] = []
  const gifts: Matched[] = []
  const tried: Tried[] = []
  for (const each of matched) {
    const { offer, lines } = each
    const refusal = refusedBy(offer, sheet.basket)
    if (refusal !== undefined) sheet.notApplied.push({ id: offer.id, refusal })
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
  missingOf(sheet, 'item', tried, before, (line) => closed[line]?.offer, told)
  stack(sheet, stacking, closed, told)
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
  const wanted = sheet.all.map(() => 0)
  for (const { lines, reduction } of contenders) {
    for (const line of lines) wanted[line]! += 1
    if (reduction.lines !== lines) for (const line of reduction.lines) wanted[line]! += 1
  }
  for (const { lines } of waiting) for (const line of lines) wanted[line]! += 1
  return wanted
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
  let open = contenders.sort(byStrength)
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

function isWanted({ lines, reduction }: Contender, wanted: readonly number[]): boolean {
  return reduction.lines !== lines || lines.some((line) => wanted[line]! > 1)
}

function win(sheet: Sheet, winner: Contender, closed: Closed, told: Told): void {
  apply(sheet, winner)
  told.applied.push(appliedOf(winner, undefined))
  told.offers.push(winner.offer.id)
  for (const line of winner.lines) closed[line] = winner
  for (const line of winner.reduction.lines) closed[line] = winner
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
    const found = shut === undefined ? contender : tryOpen(sheet, contender, arena)
    if (found !== undefined && isContender(found)) still.push(found)
    else if (found !== undefined && mayComeBack(found)) {
      waits.push({ offer, lines, why: found, by: closed[shut!] })
    } else tellBeaten(sheet, offer.id, closed[shut!]!)
  }
  for (const each of waiting) {
    const found = each.lines.every(arena.isOpen) ? undefined : tryOpen(sheet, each, arena)
    if (found !== undefined && isContender(found)) still.push(found)
    else waits.push(each)
  }
  return { contenders: still.sort(byStrength), waiting: waits }
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
  for (const { offer, lines } of contenders.sort(byStrength)) {
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
    told.applied.push(appliedOf(found, undefined))
    told.offers.push(offer.id)
    if (offer.exclusive) for (const line of found.reduction.lines) closed[line] = found
  }
}
