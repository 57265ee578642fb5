import type { Ticket } from '#rules/pricing/choice/holdings.ts'
import type { Holdings } from '#rules/pricing/choice/holdings.ts'
import { combines, isEitherOr } from '#rules/pricing/choice/selection.ts'
import { begunWith, type Telling } from '#rules/pricing/choice/telling.ts'
import { mulDiv } from '#rules/money/mul-div.ts'
import { wholePpm } from '#rules/money/rate.ts'
import type { Coupon } from '#rules/pricing/basket.ts'
import { linesOf, type Sheet, sumOver } from '#rules/pricing/sheet.ts'

/** Tells of every instrument that could have been used and was not, why (PC-14). */
export function tellUnused(sheet: Sheet, held: Holdings, telling: Telling): void {
  const { taken } = telling
  for (const ticket of taken.length === held.tickets.length ? [] : held.tickets) {
    if (!taken.includes(ticket)) tellTicket(sheet, held, telling, ticket)
  }
  for (const { id } of held.envelopes) {
    if (telling.envelopesFen[id] !== undefined) continue
    sheet.notApplied.push({ id, refusal: 'pricing/nothing-left' })
  }
  if (held.points > 0 && telling.points === 0) {
    const { pay } = sheet.policy.points
    const isShort = held.points < (pay?.least ?? 0)
    const refusal = isShort ? 'pricing/least-not-reached' : 'pricing/nothing-left'
    sheet.notApplied.push({ id: 'points', refusal })
  }
  tellWallet(sheet, held, telling)
}

function tellTicket(sheet: Sheet, held: Holdings, telling: Telling, ticket: Ticket): void {
  const { id, coupon } = ticket
  const by = held.tickets.find((each) => telling.taken.includes(each) && isEitherOr(each, ticket))
  if (by !== undefined) {
    const isOut = coupon.stacks || by.coupon.stacks
    const refusal = isOut ? 'pricing/excluded' : 'pricing/slot-taken'
    sheet.notApplied.push({ id, refusal, by: by.id })
    return
  }
  if (telling.allowanceFen > 0 && !combines(ticket, sheet.policy)) {
    sheet.notApplied.push({ id, refusal: 'pricing/does-not-combine', by: 'allowance' })
    return
  }
  const baseFen = begunWith(telling, ticket)
  const thresholdFen = coupon.threshold ?? 0
  if (baseFen < thresholdFen) {
    const shortFen = thresholdFen - baseFen
    const refusal = 'pricing/threshold-not-reached'
    sheet.notApplied.push({ id, refusal, baseFen, thresholdFen, shortFen })
    return
  }
  if (isOverBudget(sheet, ticket, baseFen)) {
    sheet.notApplied.push({ id, refusal: 'pricing/budget-spent', baseFen })
    return
  }
  if (baseFen === 0) sheet.notApplied.push({ id, refusal: 'pricing/nothing-left' })
  else sheet.notApplied.push({ id, refusal: 'pricing/not-best', baseFen })
}

/** Whether all that it could take, with the floors of its lines, is more than its budget has left. */
function isOverBudget(sheet: Sheet, { coupon, lines }: Ticket, baseFen: number): boolean {
  const { limit } = coupon
  if (limit?.budget === undefined) return false
  const roomFen = baseFen - sumOver(sheet.floor, lines)
  return limit.spent + Math.min(worthAt(coupon, baseFen), roomFen) > limit.budget
}

/** What a coupon takes off a base that reaches its threshold. */
function worthAt(coupon: Coupon, baseFen: number): number {
  const whole =
    coupon.percent === undefined ? coupon.off : mulDiv(baseFen, coupon.percent, wholePpm, 'half')
  return Math.min(whole, coupon.maxOff ?? whole)
}

function tellWallet(sheet: Sheet, held: Holdings, telling: Telling): void {
  if (held.walletFen === 0 || telling.allowanceFen > 0) return
  if (held.pools.length === 0) {
    sheet.notApplied.push({ id: 'allowance', refusal: 'pricing/no-matching-line' })
    return
  }
  const by = held.tickets.find(
    (each) => telling.taken.includes(each) && !combines(each, sheet.policy),
  )
  if (by !== undefined) {
    sheet.notApplied.push({ id: 'allowance', refusal: 'pricing/does-not-combine', by: by.id })
    return
  }
  if (held.walletFen === Infinity || sheet.notApplied.some(({ id }) => id === 'allowance')) return
  const hasRoom = held.pools.some(({ lines }) =>
    lines.some((line) => sheet.left[line]! > sheet.floor[line]!),
  )
  const refusal = hasRoom ? 'pricing/not-best' : 'pricing/nothing-left'
  sheet.notApplied.push({ id: 'allowance', refusal })
}

/** What more of the coupons' lines would save, beside what their slots already save (PC-15). */
export function tellMissing(sheet: Sheet, telling: Telling): void {
  for (const entry of sheet.notApplied) {
    if (entry.refusal !== 'pricing/threshold-not-reached' || entry.id === 'allowance') continue
    const coupon = sheet.basket.member.coupons.find((each) => each.id === entry.id)
    if (coupon === undefined || entry.thresholdFen === undefined) continue
    tellMissingTo(sheet, telling, coupon, entry.thresholdFen, entry.shortFen ?? 0)
  }
}

function tellMissingTo(
  sheet: Sheet,
  telling: Telling,
  coupon: Coupon,
  thresholdFen: number,
  addFen: number,
): void {
  const lines = linesOf(sheet, coupon.target)
  const shops = [...new Set(lines.map((line) => sheet.basket.lines[line]!.shop))]
  let savesFen = worthAt(coupon, thresholdFen)
  for (const [place, ticket] of telling.taken.entries()) {
    const taken = telling.takenFen[place]!
    if (coupon.stacks || ticket.coupon.stacks) continue
    if (coupon.kind === 'platform' && ticket.layer === 'platformCoupon') savesFen -= taken
    if (coupon.kind === 'category' && ticket.layer === 'categoryCoupon') {
      if (ticket.lines.some((line) => lines.includes(line))) savesFen -= taken
    }
    const isSlot = coupon.kind === 'item' || coupon.kind === 'shop'
    if (!isSlot || ticket.layer !== 'coupon') continue
    if (ticket.shops.some((shop) => shops.includes(sheet.shops[shop]!))) savesFen -= taken
  }
  if (savesFen <= 0) return
  const [shop] = shops
  telling.missing.push({
    id: coupon.id,
    ...(shop !== undefined && shops.length === 1 ? { shop } : undefined),
    addFen,
    savesFen,
  })
}
