import { equal } from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { ordersByIds } from '#db/orders.ts'
import { postForMember } from '#operations/ledger/post-for-member.ts'
import { verifyBooks } from '#operations/ledger/verify-books.ts'
import { asPoints } from '#rules/money/points.ts'
import { afterAll, november } from '#test/operations/events/order-facts.ts'
import { keptWallet, pointsOf } from '#test/support/ledger.ts'
import { fact, openMarket, tell } from '#test/support/market.ts'

const market = await openMarket()
after(market.close)

/** Points per thousand fen, by category, in the preset. */
const perThousandFen: Readonly<Record<string, number>> = { ordinary: 5, virtual: 1, phoneTopUp: 0 }

const lines = fc.array(
  fc.record({
    category: fc.constantFrom('ordinary', 'ordinary', 'virtual', 'phoneTopUp'),
    paid: fc.integer({ min: 0, max: 90_000 }),
    multiple: fc.constantFrom(1, 2, 3),
  }),
  { minLength: 1, maxLength: 4 },
)

const acts = fc.array(
  fc.record({
    line: fc.nat(3),
    percent: fc.integer({ min: 0, max: 100 }),
    spend: fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 1, max: 300 })),
    twice: fc.boolean(),
  }),
  { maxLength: 7 },
)

let members = 0

test('OR-7 through any refunds and spends a member keeps the points of what stays, less what is spent', async () => {
  await fc.assert(
    fc.asyncProperty(lines, acts, async (bought, acted) => {
      members += 1
      const member = `buyer-${members}`
      const left = bought.map((line) => line.paid)
      let spent = 0
      let refunds = 0
      await receive(member, bought)
      await check(member, bought, left, spent)
      for (const { line, percent, spend, twice } of acted) {
        if (spend > 0 && (await spendPoints(member, spend))) spent += spend
        const nth = line % bought.length
        const amount = Math.floor(((left[nth] ?? 0) * percent) / 100)
        left[nth] = (left[nth] ?? 0) - amount
        refunds += 1
        await refund(member, refunds, [{ id: String(nth), amount }], twice)
        await check(member, bought, left, spent)
      }
      const rest = left.map((amount, nth) => ({ id: String(nth), amount }))
      await refund(member, refunds + 1, rest, true)
      await check(member, bought, left.fill(0), spent)
      const { wallet } = (await keptWallet(market.db, pointsOf(member))) ?? { wallet: nothing }
      equal(wallet.available, 0)
      equal(wallet.debt, spent)
    }),
    { numRuns: 25 },
  )
  equal((await verifyBooks(market.db)).faults.length, 0)
})

const nothing = { available: 0, debt: 0 }

type Bought = readonly {
  readonly category: string
  readonly paid: number
  readonly multiple: number
}[]

async function receive(member: string, bought: Bought): Promise<void> {
  const told = bought.map((line, nth) => ({ ...line, id: String(nth), sku: 'a' }))
  const data = { orderId: 'o', shopId: 's', paidAt: november(2), lines: told }
  await tell(
    market,
    [
      fact(member, 'p', 'order.placed', november(1), data),
      fact(member, 'r', 'order.received', november(3), { orderId: 'o' }),
    ],
    afterAll,
  )
}

async function refund(
  member: string,
  number: number,
  back: readonly { readonly id: string; readonly amount: number }[],
  twice: boolean,
): Promise<void> {
  const data = { orderId: 'o', lines: back }
  const told = fact(member, `refund-${number}`, 'refund.succeeded', november(4), data)
  const [result] = await tell(market, twice ? [told, told] : [told], afterAll)
  equal(result?.status, 'applied')
}

async function spendPoints(member: string, amount: number): Promise<boolean> {
  const body = { kind: 'spend' as const, amount: asPoints(amount) }
  const idempotencyKey = crypto.randomUUID()
  const request = { key: pointsOf(member), body, caller: 'test', idempotencyKey, at: afterAll }
  return (await postForMember(market, request)).ok
}

async function check(
  member: string,
  bought: Bought,
  left: readonly number[],
  spent: number,
): Promise<void> {
  const [found] = await ordersByIds(market.db, [{ memberId: member, orderId: 'o' }])
  let stays = 0
  found?.order.lines.forEach((line, nth) => {
    const { category, multiple } = bought[nth] ?? { category: '', multiple: 1 }
    const per = (perThousandFen[category] ?? 0) * multiple
    const points = Math.floor(((left[nth] ?? 0) * per) / 1_000)
    equal(line.pointsEarned - line.pointsClawed, points)
    stays += points
  })
  const { wallet } = (await keptWallet(market.db, pointsOf(member))) ?? { wallet: nothing }
  equal(wallet.available - wallet.debt, stays - spent)
}
