import { deepEqual, equal, match } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
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

test(
  'The balance is shown with its parts and what expires, by the clock of the market',
  { skip },
  async () => {
    const { page, faults } = await openTab(browser, api.url)
    await signIn(page)
    const balance = page.getByRole('region', { name: 'points available' })
    for (const text of ['8,320', '8,541', '121', 'Set aside for something you are redeeming']) {
      await balance.getByText(text).waitFor()
    }
    await balance
      .getByText('As of November 11, 2018 at 10:23, the time of the demo market')
      .waitFor()
    equal(await balance.getByText('Owed').count(), 0)

    const expiry = page.getByRole('region', { name: 'Expiry' })
    await expiry.getByText('Spend by the end of December 31, 2018').waitFor()
    await expiry.getByText('51 days left').waitFor()
    deepEqual(await expiry.getByRole('listitem').allTextContents(), [
      'December 2018 by Dec 313,260',
      'December 2019 by Dec 315,160',
    ])
    deepEqual(faults, [])
    await page.context().close()
  },
)

test('The history is grouped by month and loads on as one scrolls', { skip }, async () => {
  const { page } = await openTab(browser, api.url)
  await signIn(page)
  const history = page.getByRole('region', { name: 'History' })
  await history.getByRole('heading', { name: 'November 2018' }).waitFor()
  const rows = history.getByRole('listitem')
  equal(await rows.count(), 30)
  equal(
    await rows
      .nth(2)
      .innerText()
      .then((text) => text.replaceAll(/\s+/g, ' ')),
    'Earned +473 Oct 22, 10:23 Order 2018110600017 · 云杉户外旗舰店 8,306 available',
  )
  equal(await rows.nth(0).locator('s').innerText(), '99,000')

  await page.getByRole('button', { name: 'Load more' }).scrollIntoViewIfNeeded()
  await rows.nth(59).waitFor()
  await page.getByRole('button', { name: 'Load more' }).scrollIntoViewIfNeeded()
  await rows.nth(69).waitFor()
  equal(await page.getByRole('button', { name: 'Load more' }).count(), 0)
  await page.context().close()
})

test('More that does not load says so, and the button loads it', { skip }, async () => {
  const { page } = await openTab(browser, api.url)
  await signIn(page)
  await page.getByRole('listitem').nth(29).waitFor()
  api.spoil('/v1/members/xiaoman/wallets/platform/points/entries', 400, { title: 'Bad cursor.' })
  await page.getByRole('button', { name: 'Load more' }).scrollIntoViewIfNeeded()
  await page.getByText('Earlier entries did not load.').waitFor()

  api.repair()
  await page.getByRole('button', { name: 'Load more' }).click()
  await page.getByRole('region', { name: 'History' }).getByRole('listitem').nth(59).waitFor()
  await page.context().close()
})

test(
  'A fault of the server is told in its own words, and trying again shows the page',
  { skip },
  async () => {
    const { page } = await openTab(browser, api.url)
    api.spoil('/v1/members/xiaoman/wallets', 503, { title: 'The books are being checked.' })
    await signIn(page)
    await page.getByRole('alert').getByText('The books are being checked.').waitFor()
    api.repair()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('8,320', { exact: true }).first().waitFor()

    api.spoil('/v1/members/xiaoman/wallets', 200, { wallets: 'none' })
    await page.reload()
    await page.getByText('Something went wrong').waitFor()
    api.repair()
    await page.context().close()
  },
)

test('Without a network the page keeps what it has and says so', { skip }, async () => {
  const { page } = await openTab(browser, api.url)
  await signIn(page)
  await page.getByRole('link', { name: '云杉' }).first().waitFor()
  await page.context().setOffline(true)
  await page.getByText('You are offline. What you see may be out of date.').waitFor()
  equal(await page.getByRole('heading', { name: 'Hello, 小满' }).count(), 1)

  await page.context().setOffline(false)
  await page.getByText('You are offline.').waitFor({ state: 'detached' })
  await page.context().close()
})

test(
  'A member with several wallets goes from one to another, each at its own address',
  { skip },
  async () => {
    const { page } = await openTab(browser, api.url)
    await signIn(page)
    const wallets = page.getByRole('navigation', { name: 'My wallets' })
    deepEqual(await wallets.getByRole('link').allTextContents(), [
      'points8,320',
      'shopping allowance¥120.00',
      'stars · lancome0',
    ])

    await wallets.getByRole('link', { name: 'shopping allowance' }).click()
    await page.getByRole('heading', { name: 'shopping allowance available' }).waitFor()
    await page.getByText('Spend before November 11, 2018 at 22:30').waitFor()
    match(page.url(), /\/member\?program=platform&unit=allowance$/)
    await page.getByText('Nothing here yet').waitFor()

    await wallets.getByRole('link', { name: 'stars' }).click()
    await page.getByText('What you earn next pays this first.').waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'shopping allowance available' }).waitFor()
    await page.context().close()
  },
)

test('A newcomer is told where points come from', { skip }, async () => {
  const { page } = await openTab(browser, api.url, { language: 'zh' })
  await signIn(page, 'Alex Newcomer')
  await page.getByText('购物并确认收货后，积分会自动到账。').waitFor()
  await page.context().close()
})

test('The language chosen is kept in this browser', { skip }, async () => {
  const { page } = await openTab(browser, api.url, { language: 'zh' })
  await signIn(page)
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('heading', { name: 'Hello, 小满' }).waitFor()
  equal(await page.getAttribute('html', 'lang'), 'en')

  await page.reload()
  await page.getByRole('heading', { name: 'Hello, 小满' }).waitFor()
  equal(await page.title(), 'My points · Points')
  await page.context().close()
})
