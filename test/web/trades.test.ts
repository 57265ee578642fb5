import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Locator } from 'playwright-core'
import { launchBrowser, whyNoBrowser } from '#test/support/browser.ts'
import { startFakeApi, type FakeApi } from '#test/support/fake-api.ts'
import { openTab, signIn } from '#test/support/web-tab.ts'

const skip = whyNoBrowser()
let api: FakeApi
let browser: Browser

before(async () => {
  if (skip !== false) return
  api = await startFakeApi()
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await api?.stop()
})

test('Every fen can be followed from the goods to the price', { skip }, async () => {
  const { page, faults } = await openTab(browser, api.url)
  await signIn(page)
  await page.getByRole('link', { name: 'Trades' }).click()
  await page.getByRole('heading', { level: 1, name: 'Trades' }).waitFor()
  await page.getByRole('link', { name: '极目数码' }).click()
  await page.getByRole('heading', { name: 'Trade T2018' }).waitFor()

  const sum = page.getByRole('region', { name: 'From the goods to the price' })
  const figures = await fensIn(sum.locator('strong, span').filter({ hasText: /^[+−]?¥/ }))
  const pay = figures.at(-1)
  const layers = page.locator('#sum ~ ol > li > p:first-child')
  const off = (await fensIn(layers)).reduce((total, fen) => total + fen, 0)
  const [goods = 0] = figures
  const [freight, services, deposit] = [1_200, 500, -5_000]
  equal(goods + off + freight + services + deposit, pay)

  const shops = page.getByRole('region', { name: 'By shop' })
  const lines = await shops
    .getByText(/^Costs/)
    .locator('xpath=..')
    .all()
  const costs = (await Promise.all(lines.map((line) => fensIn(line)))).flat()
  equal(costs.reduce((total, fen) => total + fen, 0) + services + deposit, pay)

  await sum.getByText('Came to ¥615.00').waitFor()
  await sum.getByText('needs ¥400.00 · 2 times').waitFor()
  deepEqual(faults, [])
  await page.context().close()
})

test(
  'What was not used says why, what was missing how much, what came back what',
  { skip },
  async () => {
    const { page } = await openTab(browser, api.url, { screen: 'desk' })
    await signIn(page)
    await page.goto('/member/trades/T2018')
    const unused = page.getByRole('region', { name: 'Not used, and why' })
    await unused.waitFor()
    deepEqual(await unused.getByRole('listitem').allTextContents(), [
      'twentyAnother offer took off more, or comes first. Used in its place: serum.',
      'serum-50.1The amount it needs was not reached. It needs ¥500.00, and the goods come to ¥242.10: ¥257.90 short.',
      'spruce-15.1Only one of these can be used in a shop, or on an item. Used in its place: Spruce: 20 off 300.',
    ])
    const missing = page.getByRole('region', { name: 'What would have saved more' })
    await missing.getByText('¥185.00 more saves another ¥60.00 · from 云杉户外旗舰店').waitFor()

    const refunds = page.getByRole('region', { name: 'What came back' })
    await refunds.getByText('night-serum-30ml in Lancôme Beauté').waitFor()
    await refunds.getByText('Points of order T2018-2 taken back').waitFor()
    await refunds.getByText('Why each came back or did not').click()
    await refunds.getByText('Orders that it was used for have not all come back.').first().waitFor()
    await page.context().close()
  },
)

test(
  'The list leads to a trade, and one that is not there is said not to be',
  { skip },
  async () => {
    const { page } = await openTab(browser, api.url, { language: 'zh' })
    await signIn(page)
    await page.goto('/member/trades')
    await page.getByRole('link', { name: '请在 11月14日 10:00前付款' }).click()
    await page.getByRole('heading', { name: '没有这笔交易' }).waitFor()
    await page.goBack()
    await page.getByRole('link', { name: '已付款' }).waitFor()

    await page.context().clearCookies()
    await signIn(page, 'Alex Newcomer')
    await page.goto('/member/trades')
    await page.getByText('还没有交易').waitFor()
    await page.context().close()
  },
)

test('Coupons say where, from which amount and until when they can be used', { skip }, async () => {
  const { page, faults } = await openTab(browser, api.url)
  await signIn(page)
  await page.getByRole('link', { name: 'Coupons' }).click()
  const usable = page.getByRole('region', { name: 'Usable' }).getByRole('article')
  await usable.first().waitFor()
  deepEqual(await usable.allTextContents(), [
    '¥20.00From ¥300.00Spruce: 20 off 300Shop coupon · Shops: 云杉户外旗舰店Until the end of November 30, 2018',
    '−10%From any amountFrom 2 items¥50.00 off at most10% off beautyCategory coupon · Goods: Beauty · Not for 极目数码Only for the tiers goldUsable from November 12, 2018 at 00:00 · Does not lapse',
    '¥20.00From ¥300.00Spruce: 20 off 300Shop coupon · Shops: 云杉户外旗舰店Until the end of November 30, 2018ReservedIn trade T2019',
  ])
  await page.getByRole('region', { name: 'Lapsed' }).getByText('November 10, 2018').waitFor()

  const envelopes = page.getByRole('region', { name: 'Red envelopes' }).getByRole('listitem')
  await envelopes.first().waitFor()
  deepEqual(await envelopes.allTextContents(), [
    'Night red envelope¥5.20For everythingUntil the end of November 11, 2018¥5.20 of it is reserved for a trade that waits for payment',
    'Sports red envelope¥18.80Goods: ApparelUntil December 2, 2018 at 22:30',
  ])
  const allowance = page.getByRole('region', { name: 'Shopping allowance' })
  await allowance.getByText('¥50.00 reserved for trades that wait for payment').waitFor()

  await page.getByRole('link', { name: 'In trade T2018' }).click()
  await page.getByRole('heading', { name: 'Trade T2018' }).waitFor()
  deepEqual(faults, [])
  await page.context().close()
})

test('Who holds nothing is told so', { skip }, async () => {
  const { page } = await openTab(browser, api.url)
  await signIn(page, 'Alex Newcomer')
  await page.goto('/member/coupons')
  for (const text of [
    'You have no coupon to use now.',
    'You have no red envelopes.',
    'There is no allowance in your wallet.',
  ]) {
    await page.getByText(text).waitFor()
  }
  await page.context().close()
})

/** The amounts that stand at the end of these, in fen. */
async function fensIn(of: Locator): Promise<number[]> {
  const texts = await of.allTextContents()
  return texts.flatMap((text) => {
    const [, sign, digits] = /([+−]?)¥([0-9,.]+)$/.exec(text.trim()) ?? []
    if (digits === undefined) return []
    const fen = Math.round(Number(digits.replaceAll(',', '')) * 100)
    return [sign === '−' ? -fen : fen]
  })
}
