import {
  add,
  count,
  monthFrom,
  newCounter,
  type Counter,
  type Pass,
} from '#rules/members/score/counter.ts'
import type { PurchaseFact } from '#rules/members/score/facts.ts'
import { at } from '#rules/members/score/figures.ts'
import type { AmountWeight, ScoreDimensions } from '#rules/members/score/policy.ts'

/** How far the pass over a member's purchases has come. */
export type PurchasePass = Pass & {
  order: string | undefined
  readonly physical: Amount
  readonly virtual: Amount
  readonly orders: Counter
  readonly days: Counter
  readonly categories: Map<string, Category>
  readonly shops: Map<string, Counted>
  /** Months with purchases one after another, up to the one that the pass is in; and the most so far. */
  run: number
  longestRun: number
}

/** How much of goods or of services counted of the order, on the day and so on that the pass is in. */
type Amount = {
  readonly first: number
  readonly weight: AmountWeight
  order: number
  day: number
  month: number
  window: number
}

/** How much of goods and of services counted in a category or shop. */
type Counted = { physical: number; virtual: number }
type Category = Counted & { readonly isVirtual: boolean }

export function newPurchasePass(
  { purchase }: ScoreDimensions,
  monthEnds: readonly number[],
): PurchasePass {
  return {
    monthEnds,
    day: -Infinity,
    month: -1,
    order: undefined,
    physical: newAmount(at.physical, purchase.physical),
    virtual: newAmount(at.virtual, purchase.virtual),
    orders: newCounter(),
    days: newCounter(),
    categories: new Map(),
    shops: new Map(),
    run: 0,
    longestRun: 0,
  }
}

function newAmount(first: number, weight: AmountWeight): Amount {
  return { first, weight, order: 0, day: 0, month: 0, window: 0 }
}

/** Counts one purchase as far as no maximum is full (MS-5), and its order, day, month and category. */
export function countPurchase(
  figures: number[],
  pass: PurchasePass,
  fact: PurchaseFact,
  policy: ScoreDimensions,
): void {
  if (fact.day !== pass.day) {
    beginDay(figures, pass, fact.day, policy)
    beginOrder(figures, pass, fact.order, policy)
  } else if (fact.order !== pass.order) {
    beginOrder(figures, pass, fact.order, policy)
  }

  let category = pass.categories.get(fact.category)
  if (category === undefined) {
    const isVirtual = policy.virtualCategories.includes(fact.category)
    category = { physical: 0, virtual: 0, isVirtual }
    pass.categories.set(fact.category, category)
  }
  let shop = pass.shops.get(fact.shop)
  if (shop === undefined) {
    shop = { physical: 0, virtual: 0 }
    pass.shops.set(fact.shop, shop)
  }
  if (fact.physical === undefined ? category.isVirtual : !fact.physical) {
    const counted = countAmount(figures, pass.virtual, fact, category.virtual, shop.virtual)
    category.virtual += counted
    shop.virtual += counted
  } else {
    const counted = countAmount(figures, pass.physical, fact, category.physical, shop.physical)
    category.physical += counted
    shop.physical += counted
  }
}

function beginDay(
  figures: number[],
  pass: PurchasePass,
  day: number,
  { reward }: ScoreDimensions,
): void {
  const { physical, virtual, orders, days } = pass
  const month = monthFrom(pass, day)
  if (month !== pass.month) {
    pass.run = month === pass.month + 1 ? pass.run + 1 : 1
    if (pass.run > pass.longestRun) pass.longestRun = pass.run
    pass.month = month
    physical.month = virtual.month = orders.month = days.month = 0
  }
  pass.day = day
  physical.day = virtual.day = orders.day = days.day = 0
  count(figures, at.purchaseDays, days, reward.purchaseDays, 1)
}

function beginOrder(
  figures: number[],
  pass: PurchasePass,
  order: string,
  { purchase }: ScoreDimensions,
): void {
  pass.order = order
  pass.physical.order = pass.virtual.order = 0
  count(figures, at.orders, pass.orders, purchase.orders, 1)
}

/** What of a purchase counts; the rest is held back by the fullest maximum, the first of equals. */
function countAmount(
  figures: number[],
  amount: Amount,
  { amountFen }: PurchaseFact,
  inCategory: number,
  inShop: number,
): number {
  const { most } = amount.weight
  let counted = amountFen
  let limit = 0
  const hold = (number: number, mostFen: number | undefined, fullFen: number): void => {
    if (mostFen === undefined || mostFen - fullFen >= counted) return
    counted = mostFen - fullFen
    limit = number
  }
  hold(1, most.perOrder, amount.order)
  hold(2, most.perDay, amount.day)
  hold(3, most.perMonth, amount.month)
  hold(4, most.perCategory, inCategory)
  hold(5, most.perShop, inShop)
  hold(6, most.perWindow, amount.window)

  add(figures, amount.first, amountFen)
  if (limit > 0) add(figures, amount.first + limit, amountFen - counted)
  amount.order += counted
  amount.day += counted
  amount.month += counted
  amount.window += counted
  return counted
}
