import type { Database, Writer } from '#db/connection.ts'
import type { MemberOrder } from '#db/orders.ts'
import type { DealRow } from '#db/prices/deals.ts'
import {
  campaignsOfSkus,
  sharesOfOrders,
  tradesNamed,
  usesOfTrades,
  type TradeKey,
} from '#db/prices/sold-lines.ts'
import { keepFeedPlace, lockFeedPlace, ordersChangedBehind } from '#db/shops/order-feed.ts'
import { transact } from '#operations/_transact.ts'
import { campaignAt } from '#operations/campaigns/campaign-book.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { appendDeals } from '#operations/prices/record-deals.ts'
import type { PriceContext } from '#operations/prices/price-setting.ts'
import { isOpen } from '#rules/campaigns/phases.ts'
import type { CouponBatch } from '#rules/issuing/coupon-batch.ts'
import { dealsOfOrder, type LineShare } from '#rules/prices/from-orders.ts'

const reader = 'deals'
const atOnce = 500

/**
 * Takes the deals of orders that were paid since the last time into the history (PV-15), in parts; an
 * order that comes again adds nothing. Ends early by the signal.
 */
export async function readDealsOfOrders(
  context: PriceContext & { readonly db: Database },
  by: Temporal.Instant,
  stopping: AbortSignal,
): Promise<number> {
  let read = 0
  for (let part = 1; part > 0 && !stopping.aborted; read += part) {
    part = await readPart(context, by)
  }
  return read
}

async function readPart(
  context: PriceContext & { readonly db: Database },
  by: Temporal.Instant,
): Promise<number> {
  return await transact(context.db, async (tx) => {
    const before = await lockFeedPlace(tx, reader)
    const { orders, place } = await ordersChangedBehind(tx, before, atOnce)
    if (place === undefined) return 0
    const paid = orders.filter(({ order }) => order.paidAt !== null)
    if (paid.length > 0) await appendDeals(tx, context, await dealsOf(tx, context, paid, by), by)
    await keepFeedPlace(tx, reader, place)
    return orders.length
  })
}

async function dealsOf(
  tx: Writer,
  context: PriceContext,
  paid: readonly MemberOrder[],
  by: Temporal.Instant,
): Promise<DealRow[]> {
  const keys = paid.map(({ memberId, order }) => {
    return { memberId, tradeId: order.tradeId, orderId: order.orderId }
  })
  const shares = await sharesOfOrders(tx, keys)
  const byOrder = Map.groupBy(shares, orderName)
  const trades = new Map((await tradesNamed(tx, keys)).map((each) => [tradeName(each), each]))
  const events = await eventsOf(tx, context, paid)
  return paid.flatMap(({ memberId, order }) => {
    const trade = trades.get(tradeName({ memberId, tradeId: order.tradeId }))
    const own = byOrder.get(orderName({ memberId, orderId: order.orderId })) ?? []
    const byLine = Map.groupBy(own, (each) => each.lineId)
    const lineShares = new Map(
      [...byLine].map(([lineId, of]): [string, LineShare[]] => [
        lineId,
        of.map(({ layer, offFen, policy }) => {
          return { layer, offFen, isItemCoupon: isOfItemCoupon(context.policies, policy) }
        }),
      ]),
    )
    const deals = dealsOfOrder(order, trade === undefined ? undefined : lineShares, (line) =>
      events({ memberId, order, line, named: trade?.campaign ?? null }),
    )
    const { shopId } = order
    const source = trade === undefined ? ('order' as const) : ('trade' as const)
    return deals.map(({ sku, deal }) => ({ ...deal, shopId, sku, source, recordedAt: by }))
  })
}

type SoldLine = MemberOrder & {
  readonly line: { readonly lineId: string; readonly sku: string }
  /** The event that its trade names. */
  readonly named: string | null
}

/**
 * Tells the campaign that a line was sold in (PV-16): it was taken from what is locked for one, or it is
 * declared for one and was ordered on its day, of a presale from its beginning on; or its trade names a
 * campaign whose day it was.
 */
async function eventsOf(
  tx: Writer,
  { policies }: PriceContext,
  paid: readonly MemberOrder[],
): Promise<(sold: SoldLine) => string | null> {
  const trades = paid.map(({ memberId, order }) => ({ memberId, tradeId: order.tradeId }))
  const uses = new Map(
    (await usesOfTrades(tx, trades)).map((use) => [lineName(use, use.lineId), use.campaign]),
  )
  const skus = paid.flatMap(({ order }) =>
    order.lines.map((line) => ({ shopId: order.shopId, sku: line.sku })),
  )
  const declared = Map.groupBy(await campaignsOfSkus(tx, skus), ({ shopId, sku }) => {
    return `${shopId}\n${sku}`
  })
  const isSoldIn = (campaign: string, at: Temporal.Instant, isPresale: boolean): boolean => {
    const terms = campaignAt(policies, campaign, at)?.terms
    if (terms === undefined) return false
    return isOpen(terms, 'day', at) || (isPresale && isOpen(terms, 'presale', at))
  }
  return ({ memberId, order, line, named }) => {
    const used = uses.get(lineName({ memberId, tradeId: order.tradeId }, line.lineId))
    if (used !== undefined) return used
    const own = declared.get(`${order.shopId}\n${line.sku}`) ?? []
    const at = order.placedAt
    const sold = own.find(({ campaign, kind }) => isSoldIn(campaign, at, kind === 'presale'))
    if (sold !== undefined) return sold.campaign
    return named !== null && isSoldIn(named, at, false) ? named : null
  }
}

/** A coupon of a batch is what the batch says; any other counts as one of the shop. */
function isOfItemCoupon(policies: PolicyBook, policy: string | null): boolean {
  if (policy?.startsWith('coupon-batch:') !== true) return false
  const at = policy.lastIndexOf('@')
  const known = policies.version(policy.slice(0, at), Number(policy.slice(at + 1)))
  return (known?.policy as CouponBatch | undefined)?.terms.kind === 'item'
}

function orderName({ memberId, orderId }: { memberId: string; orderId: string }): string {
  return `${memberId}\n${orderId}`
}

function tradeName({ memberId, tradeId }: TradeKey): string {
  return `${memberId}\n${tradeId}`
}

function lineName(trade: TradeKey, lineId: string): string {
  return `${tradeName(trade)}\n${lineId}`
}
