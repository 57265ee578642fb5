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
  'An entry opens its explanation in words, and going back shows the list as it was',
  { skip },
  async () => {
    const { page, faults } = await openTab(browser, api.url)
    await signIn(page)
    const row = page.getByRole('link', { name: 'Order 2018081800555' }).first()
    await row.scrollIntoViewIfNeeded()
    const scrolled = await page.evaluate('scrollY')
    await row.click()

    const sheet = page.getByRole('dialog', { name: 'Entry explained' })
    match(page.url(), /\/member\/entries\/platform\/points\/61$/)
    await sheet.getByText('+1,088').waitFor()
    await sheet.getByText('You joined the event “double11”, so its rules apply.').waitFor()
    await sheet.getByText('473 by the event, 193 otherwise').waitFor()
    deepEqual(await sheet.getByRole('region', { name: 'How' }).locator('dd').allTextContents(), [
      '¥109.00',
      '× 0.5',
      '= 54.5 → 54',
      '¥1,399.00',
      '× 0.1',
      '× 3',
      '= 419.7 → 419',
    ])
    await sheet.getByText('The shop offers 5 times; at most 3 times counts.').waitFor()
    await sheet.getByText('Expire at the end of December 31, 2019').waitFor()
    await sheet.getByText('points@3, points-event:double11@1').waitFor()

    await page.goBack()
    await sheet.waitFor({ state: 'detached' })
    equal(await page.evaluate('scrollY'), scrolled)
    equal(await page.title(), 'My points · Points')

    await row.click()
    await page.keyboard.press('Escape')
    await sheet.waitFor({ state: 'detached' })
    equal(await row.and(page.locator(':focus')).count(), 1)
    match(page.url(), /\/member$/)
    deepEqual(faults, [])
    await page.context().close()
  },
)

test(
  'An explanation has an address of its own, and closing it shows its wallet',
  { skip },
  async () => {
    const { page } = await openTab(browser, api.url, { screen: 'desk' })
    await signIn(page)
    await page.goto('/member/entries/platform/points/67')
    const sheet = page.getByRole('dialog', { name: 'Entry explained' })
    await sheet.getByText('You spent these.').waitFor()
    deepEqual(
      await sheet
        .getByRole('region', { name: 'Which ones' })
        .getByRole('listitem')
        .allTextContents(),
      [
        'Expire at the end of December 31, 2018380From order:2017042000012',
        'Expire at the end of December 31, 2019120From order:2018030700100',
      ],
    )
    await sheet.getByText('Bookkeeping').click()
    deepEqual(await sheet.getByRole('row').allTextContents(), [
      'FromToLotAmount',
      'AvailableSpent#12380',
      'AvailableSpent#13120',
    ])

    await sheet.getByRole('button', { name: 'Close' }).click()
    await sheet.waitFor({ state: 'detached' })
    match(page.url(), /\/member\?program=platform&unit=points$/)
    await page.getByRole('link', { name: '云杉' }).first().waitFor()
    await page.context().close()
  },
)

test('A claw-back says what each item lost', { skip }, async () => {
  const { page } = await openTab(browser, api.url)
  await signIn(page)
  await page.getByRole('link', { name: 'Taken back' }).first().click()
  const lines = page.getByRole('region', { name: 'Taken back by item' }).getByRole('listitem')
  await lines.first().waitFor()
  deepEqual(await lines.allTextContents(), ['Item 1\u221231'])
  await page.context().close()
})

test('A refused request is explained with its reason', { skip }, async () => {
  const { page } = await openTab(browser, api.url, { language: 'zh' })
  await signIn(page)
  await page.getByRole('link', { name: '使用未成功' }).first().click()
  await page.getByText('没有成功：可用余额不足。余额没有变化。').waitFor()
  await page.context().close()
})

test('An entry that does not exist is said not to, over the list', { skip }, async () => {
  const { page } = await openTab(browser, api.url)
  await signIn(page)
  await page.goto('/member/entries/platform/points/999')
  await page.getByText('There is no such entry').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: '云杉' }).first().waitFor()
  await page.context().close()
})

test('A cause that says little still gives an explanation', { skip }, async () => {
  const { page, faults } = await openTab(browser, api.url)
  await signIn(page)
  api.spoil('/v1/members/xiaoman/wallets/platform/points/entries/68', 200, {
    seq: 68,
    kind: 'bonus',
    ref: 'x',
    outcome: 'done',
    amount: 5,
    change: 5,
    after: { available: 5, pending: 0, held: 0, debt: 0 },
    occurredAt: '2018-11-11T00:00:00Z',
    bookedAt: '2018-11-11T00:00:00Z',
    cause: { why: { lines: [{ id: '1', points: 5, notes: ['new-note'] }, 'nonsense'] }, type: 7 },
  })
  await page.goto('/member/entries/platform/points/68')
  const sheet = page.getByRole('dialog', { name: 'Entry explained' })
  await sheet.getByText('November 11, 2018 at 08:00:00').waitFor()
  api.repair()
  deepEqual(faults, [])
  await page.context().close()
})
