import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import {
  isOnSale,
  matchLines,
  type DeclaredPrice,
  type LineAsked,
} from '#rules/campaigns/declarations/trade-lines.ts'
import { CampaignSchema } from '#rules/campaigns/policy.ts'
import { asFen } from '#rules/money/fen.ts'

const title = { zh: '测试', en: 'Test' }
const campaign = CampaignSchema.parse({
  title,
  phases: [
    {
      name: 'presale',
      window: { from: '2017-11-05T00:00:00+08:00', to: '2017-11-11T00:00:00+08:00' },
    },
    { name: 'day', window: { from: '2017-11-11T00:00:00+08:00', to: '2017-11-12T00:00:00+08:00' } },
  ],
  identities: [{ name: 'event', title }],
})

const terms = { deposit: asFen(1_000), worth: asFen(2_000) }

const declared: readonly DeclaredPrice[] = [
  { campaign: 'c', shopId: 'A', sku: 's', kind: 'spot', priceFen: 10_000, terms: null },
  { campaign: 'c', shopId: 'A', sku: 's', kind: 'presale', priceFen: 9_000, terms },
]

function line(changes: Partial<LineAsked> = {}): LineAsked {
  const usual = { line: '1', shop: 'A', sku: 's', kind: 'spot' as const, quantity: 2 }
  return { ...usual, priceFen: 10_000, terms: null, ...changes }
}

test('DL-10 presale goods are sold from the presale on, spot goods on the day', () => {
  const at = (text: string) => Temporal.Instant.from(`2017-11-${text}+08:00`)
  const onSale = (text: string) =>
    `${isOnSale(campaign, 'presale', at(text))} ${isOnSale(campaign, 'spot', at(text))}`
  equal(onSale('04T23:59:59'), 'false false')
  equal(onSale('05T00:00:00'), 'true false')
  equal(onSale('11T00:00:00'), 'true true')
  equal(onSale('12T00:00:00'), 'false false')
})

test('DL-10 a line draws on the declaration of its shop, SKU and kind, another on none', () => {
  const matched = matchLines(
    [line(), line({ line: '2', shop: 'B' }), line({ line: '3', sku: 'x' })],
    declared,
    'refuse',
  )
  deepEqual(matched.ok && matched.uses.map((use) => [use.line, use.quantity, use.declaredFen]), [
    ['1', 2, 10_000],
  ])
})

test('DL-11 another price or other terms are refused, or go with the line', () => {
  const cheap = line({ priceFen: 9_999 })
  const refused = matchLines([cheap], declared, 'refuse')
  deepEqual(refused, {
    ok: false,
    refusal: 'declarations/other-price',
    line: '1',
    shop: 'A',
    sku: 's',
    askedFen: 9_999,
    declaredFen: 10_000,
  })
  const kept = matchLines([cheap], declared, 'record')
  deepEqual(kept.ok && kept.uses.map((use) => use.askedFen), [9_999])
  const early = line({ kind: 'presale', priceFen: 9_000, terms })
  equal(matchLines([early], declared, 'refuse').ok, true)
  const other = { ...early, terms: { deposit: asFen(1_000) } }
  equal(matchLines([other], declared, 'refuse').ok, false)
})
