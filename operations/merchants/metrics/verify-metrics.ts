import type { Database, Reader } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import {
  differingDays,
  feedPlaceOf,
  nextCounted,
  nextRatings,
  orderKey,
  ordersPassedOver,
  ordersStillToRead,
} from '#db/merchants/audit.ts'
import type { RatingRow } from '#db/merchants/ratings.ts'
import { columnOf } from '#db/merchants/shop-days.ts'
import { disputesOf, ratingsTold, returnsOf, type CountedRow } from '#db/merchants/shop-orders.ts'
import { ordersByIds } from '#db/orders.ts'
import type { FeedPlace } from '#db/shops/order-feed.ts'
import { contributionsText } from '#operations/merchants/metrics/_count.ts'
import { metricsReader } from '#operations/merchants/metrics/count-orders.ts'
import { countSetting } from '#operations/merchants/metrics/metric-policy.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { inSnapshot } from '#operations/_snapshot.ts'
import { contributionsOf, soldDayOf, type CountSetting } from '#rules/merchants/metrics/counters.ts'
import { counterNames } from '#rules/merchants/metrics/counter-names.ts'
import { judgeRatings } from '#rules/merchants/metrics/ratings.ts'

/** Something about the figures of a shop that is not as it must be. */
export type MetricFault = { readonly shopId: string; readonly what: string }

const atOnce = 2_000
const mostFaults = 100

/**
 * Proves what is counted of shops (MM-15): every order and rating is counted again from the recorded
 * facts, and the days are the sums. An order that was changed since it was read last is left to its reader.
 */
export async function verifyMetrics(
  db: Database,
  { policies, market }: { readonly policies: PolicyBook; readonly market: Market },
): Promise<readonly MetricFault[]> {
  const setting = countSetting(policies, market)
  return await inSnapshot(db, async (tx) => {
    const place = await feedPlaceOf(tx, metricsReader)
    const columns = counterNames.map((name) => ({ name, column: columnOf[name] }))
    const days = (await differingDays(tx, columns)).map(
      ({ shopId, day, counter, kept, counted }) => ({
        shopId,
        what: `${counter} of day ${day} is ${kept}, and what was counted adds up to ${counted}`,
      }),
    )
    const passed = place === undefined ? [] : await ordersPassedOver(tx, place)
    const missing = passed.map(({ shopId, orderId }) => ({
      shopId,
      what: `the order ${orderId} was passed over`,
    }))
    const orders = await orderFaults(tx, place, setting)
    const ratings = await ratingFaults(tx, place, setting)
    return [...days, ...missing, ...orders, ...ratings].slice(0, mostFaults)
  })
}

async function orderFaults(
  db: Reader,
  place: FeedPlace | undefined,
  setting: CountSetting,
): Promise<MetricFault[]> {
  const faults: MetricFault[] = []
  for (let after = { shopId: '', memberId: '', orderId: '' }, more = true; more;) {
    const batch = await nextCounted(db, after, atOnce)
    const suspects = await countedOtherwise(db, batch, setting)
    const unread = await ordersStillToRead(db, place, suspects)
    for (const { shopId, memberId, orderId } of suspects) {
      if (unread.has(orderKey({ memberId, orderId }))) continue
      faults.push({ shopId, what: `the order ${orderId} counts otherwise by its facts` })
    }
    after = batch.at(-1) ?? after
    more = batch.length === atOnce && faults.length < mostFaults
  }
  return faults
}

async function countedOtherwise(
  db: Reader,
  batch: readonly CountedRow[],
  setting: CountSetting,
): Promise<CountedRow[]> {
  const [orders, disputes, returns] = await Promise.all([
    ordersByIds(db, batch),
    disputesOf(db, batch),
    returnsOf(db, batch),
  ])
  const orderBy = new Map(
    orders.map(({ memberId, order }) => [orderKey({ memberId, orderId: order.orderId }), order]),
  )
  const disputesBy = Map.groupBy(disputes, orderKey)
  const returnsBy = Map.groupBy(returns, orderKey)
  return batch.filter((row) => {
    const key = orderKey(row)
    const order = orderBy.get(key)
    if (order === undefined) return true
    const said = { disputes: disputesBy.get(key) ?? [], returns: returnsBy.get(key) ?? [] }
    const counted = contributionsText(contributionsOf({ order, ...said }, setting))
    return counted !== row.counted || soldDayOf(order, setting.zone) !== row.soldDay
  })
}

async function ratingFaults(
  db: Reader,
  place: FeedPlace | undefined,
  setting: CountSetting,
): Promise<MetricFault[]> {
  const faults: MetricFault[] = []
  for (let after = { shopId: '', memberId: '' }, more = true; more;) {
    const batch = await nextRatings(db, after, atOnce)
    const told = new Map(
      (await ratingsTold(db, onceEach(batch))).map((each) => [toldKey(each), each]),
    )
    const suspects: RatingRow[] = []
    for (const ofPair of Map.groupBy(
      batch,
      (each) => `${each.shopId}\n${each.memberId}`,
    ).values()) {
      const statuses = judgeRatings(
        ofPair.map((row) => ({ ...row, told: `${row.source}\n${row.eventId}` })),
        setting,
      )
      suspects.push(
        ...ofPair.filter((row, n) => row.status !== statuses[n] || !isAsTold(row, told)),
      )
    }
    const unread = await ordersStillToRead(db, place, suspects)
    for (const { shopId, memberId, orderId, eventId } of suspects) {
      if (unread.has(orderKey({ memberId, orderId }))) continue
      faults.push({ shopId, what: `the rating ${eventId} counts otherwise by its facts` })
    }
    after = batch.at(-1) ?? after
    more = batch.length > 0 && faults.length < mostFaults
  }
  return faults
}

type Told = Awaited<ReturnType<typeof ratingsTold>>[number]

function isAsTold(row: RatingRow, told: ReadonlyMap<string, Told>): boolean {
  const fact = told.get(toldKey(row))
  if (fact === undefined) return false
  const { description, service, delivery } = fact
  return row.description === description && row.service === service && row.delivery === delivery
}

function toldKey(of: Pick<Told, 'memberId' | 'source' | 'eventId'>): string {
  return `${of.memberId}\n${of.source}\n${of.eventId}`
}

function onceEach(rows: readonly RatingRow[]): RatingRow[] {
  return [...new Map(rows.map((row) => [orderKey(row), row])).values()]
}
