import fc from 'fast-check'
import type { MemberFacts, OrderFacts } from '#rules/members/invitation/facts.ts'
import { indicatorWindow } from '#rules/members/invitation/round.ts'

/** June 2016 to May 2017. */
export const window = indicatorWindow(
  Temporal.Instant.from('2017-06-10T10:00:00+08:00'),
  12,
  'Asia/Shanghai',
)

/** A member of whom nothing is recorded but that it joined on the first day of the window. */
export function memberFacts(changes: Partial<MemberFacts> = {}): MemberFacts {
  return {
    window,
    joinedDay: window.fromDay,
    orders: [],
    interactions: [],
    credit: {
      gradeRank: 0,
      unpaidAdvances: 0,
      unpaidFen: 0,
      repaidAdvances: 0,
      settledAdvances: 0,
      maliciousReviews: 0,
      brokenPromises: 0,
    },
    score: 0,
    scores: [],
    tiers: { rises: 0, falls: 0, sinceDay: undefined, yearsInvited: 0 },
    points: { earned: 0, spent: 0, expired: 0, clawedBack: 0, available: 0 },
    ...changes,
  }
}

/** An order of one unit, received on a day of the window counted from 0. */
export function orderOn(
  day: number,
  paidFen: number,
  changes: Partial<OrderFacts> & { readonly refundedFen?: number; readonly category?: string } = {},
): OrderFacts {
  const { refundedFen = 0, category = 'apparel', ...rest } = changes
  const refundedQuantity = refundedFen === paidFen ? 1 : 0
  return {
    orderId: `o-${day}-${paidFen}-${category}`,
    shop: 'A',
    placedDay: window.fromDay + day - 2,
    receivedDay: window.fromDay + day,
    isClosedUnpaid: false,
    freightFen: 0,
    offFen: 0,
    couponOffFen: 0,
    returnedDay: undefined,
    isReturnedAfterReceipt: false,
    lines: [
      {
        sku: `sku-${category}`,
        category,
        isPhysical: category !== 'virtual',
        quantity: 1,
        paidFen,
        refundedFen,
        refundedQuantity,
      },
    ],
    ...rest,
  }
}

/** Any orders, some received outside the window, some returned, some closed. */
export const anyOrders: fc.Arbitrary<readonly OrderFacts[]> = fc
  .array(
    fc.record({
      day: fc.integer({ min: -30, max: 400 }),
      paidFen: fc.integer({ min: 0, max: 1_000_000_000_000 }),
      back: fc.integer({ min: 0, max: 100 }),
      category: fc.constantFrom('apparel', 'virtual', 'books'),
      shop: fc.constantFrom('A', 'B', 'C'),
      isClosedUnpaid: fc.boolean(),
      offFen: fc.integer({ min: 0, max: 1_000_000 }),
      freightFen: fc.integer({ min: 0, max: 2_000 }),
    }),
    { maxLength: 40 },
  )
  .map((all) =>
    all.map(({ day, paidFen, back, category, isClosedUnpaid, ...rest }, n) => {
      const refundedFen = Math.floor((paidFen * back) / 100)
      return orderOn(day, paidFen, {
        ...rest,
        orderId: `o-${n}`,
        refundedFen,
        category,
        isClosedUnpaid,
        ...(isClosedUnpaid ? { receivedDay: undefined } : {}),
        isReturnedAfterReceipt: back > 50,
      })
    }),
  )
