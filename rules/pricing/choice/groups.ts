import type { Holdings, Ticket } from '#rules/pricing/choice/holdings.ts'
import { isEitherOr } from '#rules/pricing/choice/selection.ts'

/** Coupons that get in each other's way, and every set of them that can be used together. */
export type Group = {
  readonly layer: Ticket['layer']
  readonly options: readonly (readonly Ticket[])[]
  /** Whether `options` are all there are. */
  readonly isWhole: boolean
}

/** More sets than this are not written out: the group is no longer whole. */
const mostOptions = 2_048

const empty: readonly Ticket[] = []

/**
 * The coupons held, grouped so that a choice in one group never forbids one in another (PC-4).
 * Groups of the layer `coupon` touch no common shop either: what one takes never moves what another
 * sees.
 */
export function groupsOf(held: Holdings): readonly Group[] {
  const groups: Group[] = []
  for (const tickets of bundlesOf(held.tickets)) {
    const options: (readonly Ticket[])[] = [empty]
    if (tickets.length === 1) options.push(tickets)
    else for (const ticket of tickets) addWith(options, ticket)
    groups.push({ layer: tickets[0]!.layer, options, isWhole: options.length < mostOptions })
  }
  return groups
}

function addWith(options: (readonly Ticket[])[], ticket: Ticket): void {
  const known = options.length
  for (let at = 0; at < known && options.length < mostOptions; at += 1) {
    const option = options[at]!
    if (!option.some((each) => isEitherOr(each, ticket))) options.push([...option, ticket])
  }
}

/** Bundles of tickets of one layer that touch each other, directly or by others between them. */
function bundlesOf(tickets: readonly Ticket[]): readonly (readonly Ticket[])[] {
  const bundles: Ticket[][] = []
  for (const ticket of tickets) {
    let home: Ticket[] | undefined
    for (let at = bundles.length - 1; at >= 0; at -= 1) {
      const bundle = bundles[at]!
      if (!bundle.some((each) => touches(each, ticket))) continue
      if (home === undefined) {
        home = bundle
      } else {
        bundle.push(...home)
        bundles.splice(bundles.indexOf(home), 1)
        home = bundle
      }
    }
    if (home === undefined) bundles.push([ticket])
    else home.push(ticket)
  }
  // Joining bundles may have moved a later ticket before an earlier one.
  const order = new Map(tickets.map((ticket, at) => [ticket, at]))
  for (const bundle of bundles) bundle.sort((a, b) => order.get(a)! - order.get(b)!)
  return bundles
}

function touches(a: Ticket, b: Ticket): boolean {
  if (a.layer !== b.layer) return false
  if (a.layer === 'platformCoupon') return true
  if (a.layer === 'coupon') return a.shops.some((shop) => b.shops.includes(shop))
  return a.lines.some((line) => b.lines.includes(line))
}
