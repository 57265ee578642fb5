import type { Layer } from '#rules/pricing/basket.ts'
import type { Holdings, Ticket } from '#rules/pricing/choice/holdings.ts'
import { scratchOf, tryOn } from '#rules/pricing/choice/run.ts'
import {
  combines,
  compareScores,
  isEitherOr,
  type Score,
  type Selection,
} from '#rules/pricing/choice/selection.ts'
import type { Sheet } from '#rules/pricing/sheet.ts'

/**
 * The buyer's own choice: everything named, as far as it is usable together; what is named first
 * takes a slot (PC-10). Where coupons may not be used with the allowance: what he asked for, else
 * whichever takes more off (PC-5).
 */
export function ownSelection(sheet: Sheet, layers: readonly Layer[], held: Holdings): Selection {
  const { choose } = sheet.basket
  const tickets: Ticket[] = []
  for (const ticket of held.tickets) {
    if (!tickets.some((each) => isEitherOr(each, ticket))) tickets.push(ticket)
  }
  const whole: Selection = {
    tickets,
    walletFen: held.walletFen,
    envelopes: held.envelopes,
    points: held.points,
  }
  const combining = tickets.filter((ticket) => combines(ticket, sheet.policy))
  if (held.walletFen === 0 || combining.length === tickets.length) return whole

  const withAllowance = { ...whole, tickets: combining }
  const withCoupons = { ...whole, walletFen: 0 }
  const first = scoreOfOwn(sheet, layers, held, withAllowance)
  if (!first.ids.includes('allowance')) return withCoupons
  if (choose.kind === 'own' && choose.allowance !== undefined) return withAllowance
  const second = scoreOfOwn(sheet, layers, held, withCoupons)
  return compareScores(first, second) >= 0 ? withAllowance : withCoupons
}

function scoreOfOwn(
  sheet: Sheet,
  layers: readonly Layer[],
  held: Holdings,
  selection: Selection,
): Score {
  const { offFen, ids } = tryOn(scratchOf(sheet), sheet, layers, held.pools, selection)
  return { pinned: 0, offFen, ids: ids.toSorted() }
}
