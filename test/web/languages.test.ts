import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Behaviour, Step } from '#rules/badges/policy.ts'
import type { BenefitRefusal } from '#rules/benefits/decide-benefit.ts'
import type { DeclarationRefused } from '#rules/campaigns/declarations/decide-declaration.ts'
import type { ShopStatus } from '#rules/campaigns/to-do.ts'
import type { Account, CommandKind, LedgerRefusal, PostingKind } from '#rules/ledger/wallet.ts'
import type { ShortAnswer } from '#rules/members/invitation/why.ts'
import type { EarnNote } from '#rules/points/earn.ts'
import type { Coupon, Layer } from '#rules/pricing/basket.ts'
import type { PriceRefusal } from '#rules/prices/check.ts'
import type { PricingRefusal } from '#rules/pricing/quote.ts'
import type { Reason } from '#rules/returns/comes-back.ts'
import type { Trade } from '#rules/trades/trade.ts'
import campaignsEn from '#web/i18n/campaigns-en.json' with { type: 'json' }
import campaignsZh from '#web/i18n/campaigns-zh.json' with { type: 'json' }
import en from '#web/i18n/en.json' with { type: 'json' }
import shopEn from '#web/i18n/shop-en.json' with { type: 'json' }
import shopZh from '#web/i18n/shop-zh.json' with { type: 'json' }
import zh from '#web/i18n/zh.json' with { type: 'json' }

type Words = { readonly [key: string]: string | Words }

/** Every text by its path. Plural forms differ by language: `daysLeft_one` counts as `daysLeft`. */
function textsOf(words: Words, path = ''): ReadonlyMap<string, string> {
  const texts = Object.entries(words).flatMap(([key, text]) => {
    const at = `${path}/${key.replace(/_(zero|one|two|few|many|other)$/, '')}`
    return typeof text === 'string' ? [[at, text] as const] : [...textsOf(text, at)]
  })
  return new Map(texts)
}

/** The words of a language in all its files. */
function wordsOf(files: readonly Words[]): ReadonlyMap<string, string> {
  return new Map(files.flatMap((file) => [...textsOf(file)]))
}

const english = wordsOf([en, campaignsEn, shopEn])
const chinese = wordsOf([zh, campaignsZh, shopZh])

test('Both languages have the same texts', () => {
  deepEqual([...english.keys()].toSorted(), [...chinese.keys()].toSorted())
})

test('A text takes the same values in both languages', () => {
  const valuesIn = (text: string): readonly string[] =>
    [...new Set(text.match(/{{\w+}}/g))].toSorted()
  for (const [path, text] of english) {
    deepEqual(valuesIn(text), valuesIn(chinese.get(path) ?? ''), path)
  }
})

test('No text is empty, and no English text is Chinese', () => {
  deepEqual(
    [...english.values(), ...chinese.values()].filter((text) => text.trim() === ''),
    [],
  )
  deepEqual(
    [...english.values()].filter((text) => /\p{Script=Han}/u.test(text)),
    [],
  )
})

test('Whatever the ledger and the points rules can say has its words', () => {
  // The types are the test: a kind, account, refusal or note without words does not compile.
  const kinds: Record<PostingKind, string> = zh.kinds
  const explains: Record<PostingKind, string> = zh.explains
  const attempts: Record<CommandKind, string> = zh.attempts
  const accounts: Record<Account, string> = zh.accounts
  const refusals: Record<Exclude<LedgerRefusal, 'ledger/ref-reused'>, string> = zh.refusals
  const notes: Record<EarnNote, string> = zh.notes
  for (const words of [kinds, explains, attempts, accounts, refusals, notes]) {
    equal(Object.values(words).includes(''), false)
  }
})

test('Whatever pricing and returns can say has its words', () => {
  const layers: Record<Layer, string> = zh.layers
  const pricing: Record<PricingRefusal, string> = zh.pricingRefusals
  const returns: Record<Reason['reason'], string> = zh.returnReasons
  const statuses: Record<Trade['status'], string> = zh.tradeStatuses
  const kinds: Record<Coupon['kind'], string> = zh.couponKinds
  for (const words of [layers, pricing, returns, statuses, kinds]) {
    equal(Object.values(words).includes(''), false)
  }
})

test('Whatever a declaration or an enrolment can say has its words', () => {
  const statuses: Record<ShopStatus, string> = campaignsZh.enrolmentStatuses
  const means: Record<ShopStatus, string> = campaignsZh.enrolmentMeans
  const causes: Record<PriceRefusal, string> = campaignsZh.priceCauses
  const refusals: Record<
    Exclude<DeclarationRefused['refusal'], 'declarations/unknown'>,
    string
  > = campaignsZh.shopProblems
  for (const words of [statuses, means, causes, refusals]) {
    equal(Object.values(words).includes(''), false)
  }
})

test('Whatever membership can say has its words', () => {
  const answers: Record<ShortAnswer, string> = zh.invitationAnswers
  const behaviours: Record<Behaviour, string> = zh.behaviours
  const steps: Record<Step, string> = zh.badgeSteps
  const refusals: Record<BenefitRefusal, string> = zh.clubProblems
  for (const words of [answers, behaviours, steps, refusals]) {
    equal(Object.values(words).includes(''), false)
  }
})
