import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openOfferBook } from '#operations/trades/offer-book.ts'
import { quoteBasket } from '#operations/trades/quote-basket.ts'
import { bringInForce } from '#test/support/issuing.ts'
import type { TestMarket } from '#test/support/market.ts'
import { basket, doubleEleven, openTradeMarket } from '#test/support/trades.ts'

let market: TestMarket
before(async () => {
  market = await openTradeMarket(4)
})
after(() => market.close())

test('Offers are indexed again only when one was approved or another version comes into force', async () => {
  const book = openOfferBook(market.policies, 'Asia/Shanghai')
  const first = book.at(doubleEleven)
  equal(book.at(doubleEleven.add({ hours: 5 })), first)

  const off = (yuan: string) => ({
    layer: 'item',
    target: { skus: ['a1'] },
    effect: { type: 'amountOffUnit', off: yuan },
    limit: { perMember: 9 },
  })
  await bringInForce(market, 'offer:a', off('1.00'), doubleEleven.subtract({ hours: 2 }))
  const second = book.at(doubleEleven)
  deepEqual([second === first, [...second.limited.keys()]], [false, ['offer:a']])

  await bringInForce(market, 'offer:a', off('2.00'), doubleEleven.add({ hours: 1 }))
  const before = book.at(doubleEleven)
  equal(book.at(doubleEleven.add({ minutes: 59 })), before)
  equal(book.at(doubleEleven.add({ hours: 2 })) === before, false)
})

test('A price is by the version in force at its instant, and names it', async () => {
  const { tradeId: _, orders: _o, ...body } = basket('t')
  const shares = async (at: Temporal.Instant) => {
    const quoted = await quoteBasket(market, { memberId: 'lin', body, at })
    if (!quoted.ok) throw new Error(quoted.refusal)
    return quoted.quote.lines[0]?.shares.map(({ offFen, policy }) => [offFen, policy])
  }
  deepEqual(await shares(doubleEleven.subtract({ hours: 3 })), [])
  deepEqual(await shares(doubleEleven), [[100, 'offer:a@1']])
  deepEqual(await shares(doubleEleven.add({ hours: 2 })), [[200, 'offer:a@2']])
})

test('A process learns of an approval in another by what changed since', async () => {
  const { changes, at } = market.policies
  const before = changes()
  await bringInForce(market, 'offer:late', {
    layer: 'freight',
    effect: { type: 'freeFreight' },
  })
  equal(changes(), before + 1)
  equal(at('offer:late', doubleEleven)?.version, 1)
  equal(market.policies.family('offer').has('offer:b-300-30'), true)
  await market.policies.refresh()
  equal(changes(), before + 1)
})
