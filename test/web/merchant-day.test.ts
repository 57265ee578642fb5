import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, whyNoBrowser } from '#test/support/browser.ts'
import { startFakeApi, type FakeApi } from '#test/support/fake-api.ts'
import { openTab, signInAsMerchant } from '#test/support/web-tab.ts'

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

/** A page of the shop, in a tab of its own. */
async function openPage(path: string): Promise<Page> {
  const { page } = await openTab(browser, api.url, { screen: 'desk' })
  await signInAsMerchant(page)
  await page.goto(`/merchant/lily/${path}`)
  return page
}

test(
  'What is to be shipped is counted down, and a late one says what it cost',
  { skip },
  async () => {
    const page = await openPage('shipments')
    const list = page.getByRole('region', { name: 'Shipments' })
    await list.getByRole('button', { name: 'Order S1 1 h 36 min left' }).waitFor()
    await list.getByRole('button', { name: 'Order S2' }).getByText('recorded').waitFor()
    await page.getByRole('button', { name: 'Overdue 1' }).click()
    await list.getByText('Order S1').waitFor({ state: 'detached' })
    await list.getByRole('button', { name: 'Order S0' }).click()

    const sheet = page.getByRole('dialog')
    await sheet.getByText('not shipped in time').waitFor()
    await sheet.getByText('Double 11', { exact: true }).waitFor()
    await sheet.getByText('¥23.90').waitFor()
    await sheet.getByText('by itself').waitFor()
    await page.context().close()
  },
)

test(
  'A request says until when and what happens else; agreeing says what comes of it',
  { skip },
  async () => {
    const page = await openPage('returns')
    const row = page.getByRole('button', { name: 'Return · ¥449.00' })
    await row.getByText('Else it counts as agreed to').waitFor()
    await row.click()
    const sheet = page.getByRole('dialog')
    await sheet.getByText('Until November 16, 2018 at 08:00:00').waitFor()
    await sheet.getByRole('button', { name: 'Agree' }).click()
    await sheet.getByText('¥449.00 is refunded, or the goods replaced').waitFor()
    await sheet.getByRole('button', { name: 'Agree' }).click()
    await sheet.getByText('The buyer sends the goods back', { exact: true }).waitFor()
    deepEqual(await sheet.getByRole('button').allInnerTexts(), ['', 'Confirm the goods'])
    await page.context().close()
  },
)

test('A rejection needs its reason', { skip }, async () => {
  const own = await startFakeApi()
  const { page } = await openTab(browser, own.url, { screen: 'desk' })
  await signInAsMerchant(page)
  await page.goto('/merchant/lily/returns')
  await page.getByRole('button', { name: 'Return · ¥449.00' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('button', { name: 'Reject' }).click()
  const reject = sheet.getByRole('button', { name: 'Reject' })
  equal(await reject.isDisabled(), true)
  await sheet.getByLabel('Why (the buyer sees it)').fill('Worn.')
  await reject.click()
  await sheet.getByText('The buyer may go to the platform').waitFor()
  equal(own.keys().length, 1)
  await page.context().close()
  await own.stop()
})

test('A figure stands with its place, its trend and its evidence', { skip }, async () => {
  const page = await openPage('metrics')
  const described = page.getByRole('region', { name: 'As described' })
  await described.getByText('4.86', { exact: true }).waitFor()
  await described.getByText('better than 87.5% of the category; place 5 of 40').waitFor()
  await described.getByText('4.7 on Oct 21, 4.86 now').waitFor()
  await described.getByText('Evidence').click()
  deepEqual(await described.locator('dd').allInnerTexts(), [
    '972 ÷ 200',
    'May 15, 2018 to November 10, 2018',
    'May 16, 2018 to November 9, 2018',
    '3: beyond the most of a month',
  ])
  await described
    .getByText('The next level is 4.90. 80 more of the best in a row reach it.')
    .waitFor()
  const others = page.getByRole('region', { name: 'Other metrics' })
  await others.getByText('98.75%').waitFor()
  await others.getByText('12.5 hours').waitFor()

  await page.getByRole('button', { name: 'See every rating' }).click()
  await page.getByRole('dialog').getByText('described 5 · service 5 · delivery 4').waitFor()
  await page.context().close()
})

test(
  'Points say how far the next consequence is, and a violation is appealed once',
  { skip },
  async () => {
    const page = await openPage('metrics')
    const points = page.getByRole('region', { name: 'Violation points' })
    await points.getByText('6 more points').first().waitFor()
    await points.getByText('barred for 7 days · ¥10,000.00 penalty').waitFor()
    await points.getByRole('button', { name: 'Sold lower after the campaign' }).click()
    const sheet = page.getByRole('dialog')
    await sheet.getByLabel('Why it is wrong').fill('It was another size.')
    await sheet.getByRole('button', { name: 'Appeal' }).click()
    await sheet.getByText('It was another size.').waitFor()
    equal(await sheet.getByRole('button', { name: 'Appeal' }).count(), 0)
    await page.context().close()
  },
)

test('A ticket is answered, solved and judged; a new one says how soon', { skip }, async () => {
  const page = await openPage('tickets')
  await page.getByRole('button', { name: 'New ticket' }).click()
  const sheet = page.getByRole('dialog')
  await sheet
    .getByText('First answer within 4 hours, solved within 2 days, in working hours.')
    .waitFor()
  await sheet.getByRole('button', { name: 'Close' }).click()
  await sheet.waitFor({ state: 'detached' })

  await page.getByRole('button', { name: '物流异常' }).click()
  await sheet.getByText('请提供运单号。').waitFor()
  await sheet.getByText('The market waits for your answer; else the ticket is closed.').waitFor()
  await sheet.getByLabel('Write').fill('SF123')
  await sheet.getByRole('button', { name: 'Send' }).click()
  await sheet.getByText('SF123').waitFor()
  await sheet.getByRole('button', { name: 'It is solved' }).click()
  await sheet.getByRole('button', { name: '5 stars' }).click()
  await sheet.getByText('You gave 5 of 5').waitFor()
  await page.context().close()
})

test('Notices are told in words, lead on, and are read', { skip }, async () => {
  const page = await openPage('notices')
  const list = page.getByRole('region', { name: 'Notices' })
  await list.getByText('Order S0 is late.').waitFor()
  await list.getByText('The declared price ¥339.00 of dress became too high').waitFor()
  // A type without words is told by its name.
  await list.getByText('jifen.something.new.v1').waitFor()
  await list.getByRole('link', { name: 'Shipments' }).waitFor()
  await page.getByRole('button', { name: 'Mark these as read' }).click()
  await page.getByRole('button', { name: 'Unread 0' }).click()
  await page.getByText('Everything is read').waitFor()
  await page.context().close()
})

test('A month is settled from what was paid to what is due', { skip }, async () => {
  const page = await openPage('settlement')
  const due = page.getByRole('region', { name: 'Due to the shop' })
  await due.getByText('−¥100.00').waitFor()
  deepEqual(await due.locator('dd').allInnerTexts(), [
    '+¥800.00',
    '−¥100.00',
    '+¥40.00',
    '¥740.00',
    '−¥4.00',
    '−¥23.90',
  ])
  await page.getByText('Shopping allowance · the marketplace').waitFor()
  const csv = page.getByRole('link', { name: 'Download CSV' })
  const href = new URL((await csv.getAttribute('href')) ?? '', api.url)
  deepEqual(
    [href.searchParams.get('from'), href.searchParams.get('to')],
    ['2018-11-01T00:00:00+08:00', '2018-12-01T00:00:00+08:00'],
  )
  await page.context().close()
})
