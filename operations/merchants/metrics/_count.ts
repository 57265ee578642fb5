import type { Reader } from '#db/connection.ts'
import { ratingsOfPairs, type RatingRow } from '#db/merchants/ratings.ts'
import type { DayChange } from '#db/merchants/shop-days.ts'
import {
  countedOrders,
  disputesOf,
  ratingsTold,
  returnsOf,
  type CountedRow,
} from '#db/merchants/shop-orders.ts'
import type { MemberOrder } from '#db/orders.ts'
import {
  contributionsOf,
  differenceOf,
  soldDayOf,
  type Contributions,
  type CountSetting,
} from '#rules/merchants/metrics/counters.ts'
import type { CounterName, Counters } from '#rules/merchants/metrics/counter-names.ts'
import { judgeRatings } from '#rules/merchants/metrics/ratings.ts'
import { dayNumberAt } from '#rules/time/day-numbers.ts'

/** What orders change in the figures of their shops. */
export type Counted = {
  readonly orders: readonly CountedRow[]
  readonly ratings: readonly RatingRow[]
  readonly days: readonly DayChange[]
}

/** MM-2, MM-4: what orders as they stand change in what is counted of their shops. */
export async function countOf(
  db: Reader,
  orders: readonly MemberOrder[],
  setting: CountSetting,
): Promise<Counted> {
  const keys = orders.map(({ memberId, order }) => {
    return { memberId, orderId: order.orderId, shopId: order.shopId }
  })
  const [disputes, returns, told, known] = await Promise.all([
    disputesOf(db, keys),
    returnsOf(db, keys),
    ratingsTold(db, keys),
    countedOrders(db, keys),
  ])
  const by = <Of extends { readonly memberId: string; readonly orderId: string }>(
    all: readonly Of[],
  ) => Map.groupBy(all, orderKey)
  const [disputesBy, returnsBy, knownBy] = [by(disputes), by(returns), by(known)]
  const changed: CountedRow[] = []
  const days = dayChanges()
  for (const { memberId, order } of orders) {
    const { orderId, shopId } = order
    const key = orderKey({ memberId, orderId })
    const before = knownBy.get(key)?.find((each) => each.shopId === shopId)
    const of = {
      order,
      disputes: disputesBy.get(key) ?? [],
      returns: returnsBy.get(key) ?? [],
    }
    const after = contributionsOf(of, setting)
    const counted = contributionsText(after)
    const soldDay = soldDayOf(order, setting.zone)
    if (before?.counted === counted && before.soldDay === soldDay) continue
    changed.push({ memberId, orderId, shopId, soldDay, counted })
    days.add(shopId, differenceOf(readContributions(before?.counted ?? '{}'), after))
  }
  const ratings = await judgeAgain(db, orders, told, setting, days)
  return { orders: changed, ratings, days: days.all() }
}

/** What an order adds, as it is kept: days and counters in their order, so that alike is alike. */
export function contributionsText(contributions: Contributions): string {
  const days = [...contributions].toSorted(([a], [b]) => a - b)
  const sorted = days.map(([day, counters]) => [
    day,
    Object.fromEntries(Object.entries(counters).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  ])
  return JSON.stringify(Object.fromEntries(sorted))
}

/** Reads what an order added back from what was kept. */
export function readContributions(counted: string): Contributions {
  const days = Object.entries(JSON.parse(counted) as Readonly<Record<string, Counters>>)
  return new Map(days.map(([day, counters]) => [Number(day), counters]))
}

/** What a rating adds to the counters of the day on which it was posted. */
export function ratingCounters(rating: RatingRow): Counters {
  if (rating.status !== 'counted') return {}
  return {
    ratings: 1,
    descriptionStars: rating.description,
    serviceStars: rating.service,
    deliveryStars: rating.delivery,
  }
}

/** Ratings are judged by pairs of a member and a shop: one that comes may push another out. */
async function judgeAgain(
  db: Reader,
  orders: readonly MemberOrder[],
  told: Awaited<ReturnType<typeof ratingsTold>>,
  setting: CountSetting,
  days: ReturnType<typeof dayChanges>,
): Promise<RatingRow[]> {
  if (told.length === 0) return []
  const orderBy = new Map(
    orders.map((each) => [
      orderKey({ memberId: each.memberId, orderId: each.order.orderId }),
      each.order,
    ]),
  )
  const fresh = told.flatMap((rating): RatingRow[] => {
    const order = orderBy.get(orderKey(rating))
    if (order === undefined) return []
    const { shopId, receivedAt: succeededAt, closedAt } = order
    return [{ ...rating, shopId, succeededAt, closedAt, status: 'waiting' }]
  })
  const pairs = [...new Map(fresh.map((each) => [pairKey(each), each])).values()]
  const known = Map.groupBy(await ratingsOfPairs(db, pairs), pairKey)
  const changed: RatingRow[] = []
  for (const [pair, ofPair] of Map.groupBy(fresh, pairKey)) {
    const before = new Map((known.get(pair) ?? []).map((each) => [toldKey(each), each]))
    const rows = [...new Map([...before, ...ofPair.map((each) => [toldKey(each), each] as const)])]
    const all = rows.map(([, row]) => row)
    const statuses = judgeRatings(
      all.map((row) => ({ ...row, told: toldKey(row) })),
      setting,
    )
    for (const [index, row] of all.entries()) {
      const after = { ...row, status: statuses[index] ?? row.status }
      const was = before.get(toldKey(row))
      if (was !== undefined && isSameRating(was, after)) continue
      changed.push(after)
      const day = dayNumberAt(row.postedAt, setting.zone)
      const from = new Map([[day, was === undefined ? {} : ratingCounters(was)]])
      days.add(row.shopId, differenceOf(from, new Map([[day, ratingCounters(after)]])))
    }
  }
  return changed
}

function isSameRating(a: RatingRow, b: RatingRow): boolean {
  const same = (one: Temporal.Instant | null, other: Temporal.Instant | null): boolean =>
    one?.epochMilliseconds === other?.epochMilliseconds
  return a.status === b.status && same(a.succeededAt, b.succeededAt) && same(a.closedAt, b.closedAt)
}

function dayChanges() {
  const byDay = new Map<string, { shopId: string; day: number; counters: Counters }>()
  return {
    add: (shopId: string, contributions: Contributions): void => {
      for (const [day, counters] of contributions) {
        const key = `${shopId}\n${day}`
        const before = byDay.get(key)?.counters ?? {}
        byDay.set(key, { shopId, day, counters: sumOf(before, counters) })
      }
    },
    all: (): DayChange[] => [...byDay.values()],
  }
}

function sumOf(a: Counters, b: Counters): Counters {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<CounterName>
  return Object.fromEntries([...names].map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]))
}

function orderKey(of: { readonly memberId: string; readonly orderId: string }): string {
  return `${of.memberId}\n${of.orderId}`
}

function pairKey(of: { readonly shopId: string; readonly memberId: string }): string {
  return `${of.shopId}\n${of.memberId}`
}

function toldKey(of: { readonly source: string; readonly eventId: string }): string {
  return `${of.source}\n${of.eventId}`
}
