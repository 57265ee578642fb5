import type { Act } from '#cli/demo/act.ts'
import { yearEnd } from '#cli/demo/merchant-campaigns.ts'
import { clothesShop as shopId } from '#cli/demo/merchant-story.ts'
import { declarationsOf } from '#db/declarations/declarations.ts'
import { declareItem } from '#operations/declarations/declare-item.ts'
import { tellDeals, tellPrices } from '#operations/prices/tell-prices.ts'
import { settlePriceWatch } from '#operations/prices/watch-prices.ts'
import { assert } from '#rules/assert.ts'
import type { DeclarationAsked } from '#rules/campaigns/declarations/declaration.ts'
import { fenFromText } from '#rules/money/fen.ts'

/** What was bought for how much so many days ago, told by the platform. */
const history = [
  ['wool-coat', '899.00', 24],
  ['wool-coat', '799.00', 19],
  ['wool-coat', '849.00', 15],
  ['silk-scarf', '219.00', 22],
  ['silk-scarf', '199.00', 16],
  ['cashmere-cardigan', '699.00', 20],
  ['cashmere-cardigan', '659.00', 14],
  ['knit-dress', '399.00', 23],
  ['knit-dress', '379.00', 17],
  ['leather-boots', '1199.00', 21],
  ['leather-boots', '1099.00', 18],
] as const

/**
 * The prices of the demo's shop, and what it declares by them. A knitted dress is sold cheaper after it was
 * declared: its declaration is suspended. Boots that are not declared yet are limited by a price to come.
 */
export function priced(): readonly Act[] {
  return [
    ...history.map(([sku, price, days]) => bought(sku, price, { days })),
    boots(),
    declared({ kind: 'spot', sku: 'wool-coat', price: '699.00', quantity: 300 }),
    declared({ kind: 'spot', sku: 'silk-scarf', price: '179.00', quantity: 800 }),
    declared({ kind: 'spot', sku: 'knit-dress', price: '339.00', quantity: 200 }),
    declared(
      { kind: 'presale', sku: 'cashmere-cardigan', price: '589.00', quantity: 150 },
      '59.00',
    ),
    bought('knit-dress', '359.00', { days: 2, hours: 3 }),
    watched({ days: 2, hours: 2 }),
  ]
}

function bought(sku: string, price: string, ago: Temporal.DurationLike): Act {
  const dealId = `demo-${sku}-${price}`
  return {
    ago,
    name: `deal/${dealId}`,
    act: async (context) => {
      const { now } = context
      const deal = { sku, dealId, orderedAt: now, units: 1, off: {}, event: null }
      const told = { ...deal, priceFen: fen(price), paidOnly: false }
      const recorded = await tellDeals(context, { shopId, at: now }, [told])
      return { ok: recorded.ok && recorded.refused.length === 0 }
    },
  }
}

/** A promo price of the days after the event, which is known before anything is declared. */
function boots(): Act {
  return {
    ago: { days: 13 },
    name: 'price/boots',
    act: async (context) => {
      const { now } = context
      const price = {
        sku: 'leather-boots',
        priceId: 'demo-boots-after',
        kind: 'promo',
      } as const
      const dayMs = 24 * 60 * 60 * 1_000
      const told = {
        ...price,
        priceFen: fen('949.00'),
        // Thirteen days ago, the event is in 23, and this begins two days after it.
        fromMs: now.epochMilliseconds + 26 * dayMs,
        toMs: now.epochMilliseconds + 31 * dayMs,
        campaign: null,
        corrects: null,
        voids: false,
      }
      const asked = { shopId, caller: 'merchant:lily', key: 'demo-boots', at: now } as const
      const recorded = await tellPrices(context, { ...asked, by: 'shop' }, [told])
      return { ok: recorded.ok && recorded.refused.length === 0 }
    },
  }
}

type Declared = Pick<DeclarationAsked, 'kind' | 'sku' | 'quantity'> & { readonly price: string }

/** Declared once: what became of it since is kept. */
function declared({ price, ...item }: Declared, deposit?: string): Act {
  return {
    ago: { days: 8 },
    name: `declaration/${item.sku}`,
    act: async (context) => {
      const [known] = await declarationsOf(context.db, yearEnd, shopId, [item.sku])
      if (known !== undefined) return { ok: true }
      const terms = deposit === undefined ? {} : { terms: { deposit: fen(deposit) } }
      const doing = { actor: 'merchant:lily', at: context.now }
      const asked = { ...item, priceFen: fen(price), ...terms }
      return await declareItem(context, { campaign: yearEnd, shopId }, asked, doing)
    },
  }
}

function watched(ago: Temporal.DurationLike): Act {
  return {
    ago,
    name: 'prices/watched',
    act: async (context) => {
      await settlePriceWatch(context, context.now)
      return { ok: true }
    },
  }
}

function fen(text: string) {
  const amount = fenFromText(text)
  assert(amount !== undefined, 'a price of the demo is money')
  return amount
}
