import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  decideDeclaration,
  decideWithdrawal,
  suspended,
  type DeclarationSituation,
} from '#rules/campaigns/declarations/decide-declaration.ts'
import type { Declaration, DeclarationAsked } from '#rules/campaigns/declarations/declaration.ts'
import { CampaignSchema } from '#rules/campaigns/policy.ts'
import { asFen, fenFromText } from '#rules/money/fen.ts'
import type { Ceiling } from '#rules/prices/check.ts'
import { DepositPolicySchema } from '#rules/presale/policy.ts'

const title = { zh: '测试', en: 'Test' }

function window(from: string, to: string) {
  return { from: `2017-11-${from}T00:00:00+08:00`, to: `2017-11-${to}T00:00:00+08:00` }
}

const campaign = CampaignSchema.parse({
  title,
  phases: [
    { name: 'presaleDeclaration', window: window('01', '04') },
    { name: 'spotDeclaration', window: window('02', '06') },
    { name: 'presale', window: window('05', '11') },
    { name: 'day', window: window('11', '12') },
  ],
  identities: [{ name: 'event', title }],
})

function day(text: string): Temporal.Instant {
  return Temporal.Instant.from(`2017-11-${text}T00:00:00+08:00`)
}

const days: Ceiling['days'] = {
  deals: [Temporal.PlainDate.from('2017-10-01'), Temporal.PlainDate.from('2017-10-31')],
  promo: [Temporal.PlainDate.from('2017-10-01'), Temporal.PlainDate.from('2017-10-31')],
}

/** A lowest deal of 100 yuan: 90 may be declared. */
const ceiling: Ceiling = {
  ceilingFen: asFen(9_000),
  lowestDeal: { dealId: 'd-1', orderedAt: day('01'), priceFen: asFen(10_000) },
  lowestMarked: null,
  days,
  byDealFen: asFen(9_000),
  byMarkedFen: null,
}

const usual: DeclarationSituation = {
  campaign,
  at: day('03'),
  isShortlisted: true,
  known: undefined,
  other: undefined,
  sold: 0,
  ceiling,
  mainCategory: 'clothes',
  deposit: DepositPolicySchema.parse({ bands: [{ from: '0.00', leastPercent: '10' }] }),
  notBelowPresale: true,
  mostQuantity: 1_000,
}

function fen(text: string) {
  return asFen(fenFromText(text) ?? Number.NaN)
}

function spot(price: string, quantity = 10): DeclarationAsked {
  return { kind: 'spot', sku: 's', priceFen: fen(price), quantity }
}

function presale(price: string, deposit?: string): DeclarationAsked {
  const terms = deposit === undefined ? undefined : { deposit: fen(deposit) }
  return { kind: 'presale', sku: 's', priceFen: fen(price), quantity: 10, terms }
}

function told(asked: DeclarationAsked, changes: Partial<DeclarationSituation> = {}): string {
  const decided = decideDeclaration(asked, { ...usual, ...changes })
  return decided.ok ? decided.what : decided.refusal.replace('declarations/', '')
}

function declared(
  asked: DeclarationAsked,
  changes: Partial<DeclarationSituation> = {},
): Declaration {
  const decided = decideDeclaration(asked, { ...usual, ...changes })
  if (!decided.ok) throw new Error(decided.refusal)
  return decided.declaration
}

test('DL-1 only a shortlisted shop declares, one on probation no more SKUs than it may', () => {
  equal(told(spot('90.00'), { isShortlisted: false }), 'not-shortlisted')
  equal(told(spot('90.00'), { skusLeft: 0 }), 'on-probation')
  equal(told(spot('90.00'), { skusLeft: 1 }), 'declared')
  equal(told(spot('80.00'), { skusLeft: 0, known: declared(spot('90.00')) }), 'changed')
})

test('DL-2 each kind has its phase, from its first instant until the last before its end', () => {
  equal(told(presale('90.00', '9.00'), { at: day('01') }), 'declared')
  equal(told(spot('90.00'), { at: day('01') }), 'not-in-window')
  equal(told(spot('90.00'), { at: day('06').subtract({ milliseconds: 1 }) }), 'declared')
  equal(told(spot('90.00'), { at: day('06') }), 'not-in-window')
  equal(told(presale('90.00', '9.00'), { at: day('04') }), 'not-in-window')
  const refused = decideDeclaration(spot('90.00'), { ...usual, at: day('06') })
  equal(refused.ok ? undefined : refused.window?.to.toString(), '2017-11-05T16:00:00Z')
})

test('DL-3 a price at the ceiling is allowed, a fen above is refused with the deal that sets it', () => {
  equal(told(spot('90.00')), 'declared')
  const refused = decideDeclaration(spot('90.01'), usual)
  equal(refused.ok, false)
  if (refused.ok) return
  deepEqual(
    [refused.refusal, refused.ceilingFen, refused.causes?.map((cause) => cause.dealId)],
    ['declarations/price-above-ceiling', 9_000, ['d-1']],
  )
  equal(told(spot('9999.00'), { ceiling: undefined }), 'declared')
  equal(told(spot('0.00')), 'price-not-positive')
})

test('DL-4 presale goods have a deposit that is allowed, spot goods have none', () => {
  equal(told(presale('90.00')), 'terms-missing')
  equal(told(presale('90.00', '8.99')), 'terms-not-allowed')
  equal(told(presale('90.00', '9.00')), 'declared')
  equal(told({ ...spot('90.00'), terms: { deposit: fen('9.00') } }), 'terms-not-of-spot')
  equal(told(presale('90.00', '1.00'), { deposit: undefined }), 'declared')
})

test('DL-5 spot goods do not cost less than presale goods, unless the policy lets them', () => {
  const early = declared(presale('80.00', '8.00'))
  equal(told(spot('79.99'), { other: early }), 'below-presale-price')
  equal(told(spot('80.00'), { other: early }), 'declared')
  equal(told(spot('79.99'), { other: early, notBelowPresale: false }), 'declared')
  equal(told(spot('79.99'), { other: { ...early, status: 'withdrawn' } }), 'declared')
  const other = declared(spot('80.00'))
  equal(told(presale('80.01', '9.00'), { other }), 'above-spot-price')
  equal(told(presale('80.00', '8.00'), { other }), 'declared')
})

test('DL-6 the quantity is lowered in the window to what is sold, raised until the day is over', () => {
  const known = declared(spot('90.00'))
  equal(told(spot('90.00', 4), { known, sold: 5 }), 'below-sold')
  equal(told(spot('90.00', 5), { known, sold: 5 }), 'changed')
  equal(told(spot('90.00', 11), { known, at: day('11') }), 'changed')
  equal(told(spot('90.00', 9), { known, at: day('11') }), 'not-in-window')
  equal(told(spot('90.00', 11), { known, at: day('12') }), 'not-in-window')
  equal(told(spot('89.00', 11), { known, at: day('11') }), 'not-in-window')
  equal(
    told(spot('90.00', 11), { known, at: day('11'), ceiling: { ...ceiling, byDealFen: asFen(1) } }),
    'changed',
  )
  equal(told(spot('90.00', 0)), 'quantity-not-allowed')
  equal(told(spot('90.00', 1_001)), 'quantity-not-allowed')
})

test('DL-7 a declaration is taken back in its window while nothing is sold, once', () => {
  const known = declared(spot('90.00'))
  const withdraw = (changes: Partial<DeclarationSituation>): string => {
    const decided = decideWithdrawal({ ...usual, known, ...changes })
    return decided.ok ? decided.declaration.status : decided.refusal.replace('declarations/', '')
  }
  equal(withdraw({}), 'withdrawn')
  equal(withdraw({ sold: 1 }), 'already-sold')
  equal(withdraw({ at: day('06') }), 'not-in-window')
  equal(withdraw({ known: undefined }), 'unknown')
  const gone: Declaration = { ...known, status: 'withdrawn' }
  equal(withdraw({ known: gone, at: day('12') }), 'withdrawn')
  equal(told(spot('90.00'), { known: gone }), 'declared')
})

test('DL-8 what became too high is suspended as it is, and declared again at an allowed price', () => {
  const known = declared(spot('90.00'))
  const held = suspended(known, { dealId: 'd-2' }, day('04'))
  deepEqual([held?.status, held?.priceFen, held?.number], ['suspended', 9_000, 2])
  if (held === undefined) return
  equal(suspended(held, {}, day('05')), undefined)
  equal(told(spot('90.00'), { known: held }), 'declared')
  equal(told(spot('91.00'), { known: held }), 'price-above-ceiling')
  equal(told(spot('80.00'), { known: held, at: day('06') }), 'not-in-window')
})

test('DL-9 the same again changes nothing, whenever and by whomever it is asked', () => {
  const money = fc.integer({ min: 1, max: 9_000 }).map(asFen)
  const quantity = fc.integer({ min: 1, max: 1_000 })
  fc.assert(
    fc.property(money, quantity, fc.boolean(), (priceFen, count, isShortlisted) => {
      const asked: DeclarationAsked = { kind: 'spot', sku: 's', priceFen, quantity: count }
      const known = declared(asked)
      const again = decideDeclaration(asked, { ...usual, known, isShortlisted, at: day('12') })
      deepEqual(again, { ok: true, what: 'unchanged', declaration: known })
    }),
  )
})
