import { nextShipments, unpostedCompensations } from '#db/delivery/audit.ts'
import { nextCompensations, type LateCompensation } from '#db/delivery/compensations.ts'
import { campaignsOfOrders } from '#db/delivery/order-goods.ts'
import type { Shipment } from '#db/delivery/shipments.ts'
import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { ordersByIds, type MemberOrder } from '#db/orders.ts'
import { dealOf, returnsOf, type Returns } from '#operations/delivery/_endings.ts'
import { deliveryTerms } from '#operations/delivery/delivery-rules.ts'
import { keyOf, nameOf, shipByOfOrders, type OrderLimits } from '#operations/delivery/ship-by.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { compensationOf } from '#rules/delivery/compensation.ts'
import type { LatePolicy } from '#rules/delivery/late-policy.ts'
import type { Limit } from '#rules/delivery/limits.ts'
import { asFen } from '#rules/money/fen.ts'

/** Something about shipments that is not as it must be. */
export type DeliveryFault = { readonly of: string; readonly what: string }

type Context = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Pick<Market, 'zone'>
}

const atOnce = 500

/**
 * Decides shipments again (SH-16): the limits of each from its order and the policies at its payment, what
 * each compensation came to from the order and the policy, and that the wallets say the same.
 */
export async function verifyDelivery(
  context: Context,
  memberId: string | undefined,
): Promise<readonly DeliveryFault[]> {
  const faults: DeliveryFault[] = []
  for (let after = { memberId: '', orderId: '' }; ;) {
    const batch = await nextShipments(context.db, memberId, after, atOnce)
    const last = batch.at(-1)
    if (last === undefined) break
    faults.push(...(await faultsOfShipments(context, batch)))
    after = last
  }
  for (let after = { memberId: '', ref: '' }; ;) {
    const batch = await nextCompensations(context.db, memberId, after, atOnce)
    const last = batch.at(-1)
    if (last === undefined) break
    faults.push(...(await faultsOfCompensations(context, batch)))
    after = last
  }
  for (const each of await unpostedCompensations(context.db, memberId)) {
    const { ref, status, compensationFen, earned } = each
    const what = `${ref} is ${status} with ${compensationFen}, the wallet has ${earned ?? 'nothing'}`
    faults.push({ of: each.memberId, what })
  }
  return faults
}

async function faultsOfShipments(
  context: Context,
  shipments: readonly Shipment[],
): Promise<readonly DeliveryFault[]> {
  const orders = await ordersByIds(context.db, shipments)
  const limits = await shipByOfOrders(context.db, context, orders)
  return shipments.flatMap((shipment): readonly DeliveryFault[] => {
    const what = faultOfShipment(shipment, limits.get(nameOf(shipment)))
    return what === undefined ? [] : [{ of: nameOf(shipment), what }]
  })
}

function faultOfShipment(shipment: Shipment, again: OrderLimits | undefined): string | undefined {
  if (again === undefined) return 'no policy sets a limit for it'
  const { ship, trace } = again.limits
  if (textOf(ship) !== textOf(shipment.ship)) {
    return `it is shipped by ${textOf(ship)}, not ${textOf(shipment.ship)}`
  }
  if (textOf(trace) !== textOf(shipment.trace)) {
    return `it is recorded by ${textOf(trace)}, not ${textOf(shipment.trace)}`
  }
  if (again.terms.versions === shipment.policies) return undefined
  return `it goes by ${again.terms.versions}, not ${shipment.policies}`
}

function textOf(limit: Limit | null): string {
  return limit === null ? 'never' : `${limit.at.toString()} (${limit.end.toString()})`
}

async function faultsOfCompensations(
  context: Context,
  compensations: readonly LateCompensation[],
): Promise<readonly DeliveryFault[]> {
  const orders = await ordersByIds(context.db, compensations)
  const [returns, campaigns] = await Promise.all([
    returnsOf(context.db, orders),
    campaignsOfOrders(context.db, orders.map(keyOf)),
  ])
  const orderOf = new Map(orders.map((each) => [nameOf(keyOf(each)), each]))
  const campaignOf = new Map(campaigns.map((each) => [nameOf(each), each.campaign]))
  return compensations.flatMap((each): readonly DeliveryFault[] => {
    const name = nameOf(each)
    const late = lateOf(context, each, campaignOf.get(name))
    const what =
      faultOfAmount(each, late) ?? faultOfPrice(each, orderOf.get(name), returns.get(name))
    return what === undefined ? [] : [{ of: each.memberId, what: `${each.ref}: ${what}` }]
  })
}

/** The policy that a compensation names: that of the payment, or of a presale's ending. */
function lateOf(
  { policies, market }: Context,
  { presaleId, orderPaidAt, policies: named }: LateCompensation,
  campaign: string | undefined,
): LatePolicy | undefined {
  if (presaleId === null) return deliveryTerms(policies, market.zone, campaign, orderPaidAt)?.late
  const [, version = ''] = named.split('@')
  return policies.version('late', Number(version))?.policy as LatePolicy | undefined
}

function faultOfAmount(
  compensation: LateCompensation,
  late: LatePolicy | undefined,
): string | undefined {
  const { compensationFen, depositFen, presaleId, priceFen, pairFen, cause } = compensation
  if (depositFen > 0) {
    return compensationFen === depositFen ? undefined : `pays ${compensationFen} for ${depositFen}`
  }
  if (late === undefined) return compensationFen === 0 ? undefined : 'no policy gives it'
  const { falseShipment: _, pair: __, ...own } = late
  const again = compensationOf(
    { dealPrice: asFen(priceFen), cause, pairFen: asFen(pairFen) },
    presaleId === null ? late : own,
  )
  if (again.compensationFen === compensationFen) return undefined
  return `comes to ${again.compensationFen}, not ${compensationFen}`
}

/** What came back by the limit may have been told after it was paid: it is never less than was known. */
function faultOfPrice(
  compensation: LateCompensation,
  known: MemberOrder | undefined,
  returns: Returns | undefined,
): string | undefined {
  if (known === undefined) return 'its order is not there'
  if (compensation.presaleId !== null) return undefined
  const { paidFen, returnedFen } = dealOf(known.order, returns, compensation.lateSince)
  const why = JSON.parse(compensation.why) as { readonly returnedFen?: number }
  const { returnedFen: counted = 0 } = why
  if (counted > returnedFen) return `${returnedFen} came back by the limit, not ${counted}`
  if (paidFen - counted === compensation.priceFen) return undefined
  return `the deal price is ${paidFen - counted}, not ${compensation.priceFen}`
}
