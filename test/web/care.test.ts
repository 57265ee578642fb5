import { equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
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

async function openPage(path: string): Promise<Page> {
  const { page } = await openTab(browser, api.url)
  await signIn(page)
  await page.goto(path)
  return page
}

test('A trade says what runs for it, and what is next of a return', { skip }, async () => {
  const page = await openPage('/member/trades/T2018')
  const returns = page.getByRole('region', { name: 'Returns and deadlines' })
  await returns.getByText('14 days left').waitFor()
  await returns.getByText('Else it counts as received').waitFor()
  await returns.getByRole('button', { name: 'Return · ¥449.00' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByText('4 days left').waitFor()
  await sheet.getByText('The shop answers').waitFor()
  await sheet.getByRole('button', { name: 'Withdraw the request' }).click()
  await sheet.getByRole('button', { name: 'Withdraw the request' }).click()
  await sheet.getByText('Withdrawn').waitFor()
  await page.context().close()
})

test('What was not shipped can only be refunded; asking says what is next', { skip }, async () => {
  const page = await openPage('/member/trades/T2018')
  await page.getByRole('button', { name: 'Ask for a return' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByText('Not shipped yet: it can only be refunded').waitFor()
  const send = sheet.getByRole('button', { name: 'Send the request' })
  equal(await send.isDisabled(), true)
  await sheet.getByLabel('How many of wool-socks').selectOption('2')
  await send.click()
  await sheet.getByText('Your request is sent').waitFor()
  await sheet.getByText('Else it counts as agreed to').waitFor()
  await page.context().close()
})

test('A late order shows what the shop paid, or the way to complain', { skip }, async () => {
  const page = await openPage('/member/trades/T2018')
  const delivery = page.getByRole('region', { name: 'Delivery' })
  await delivery.getByText('+2,390').waitFor()
  await delivery.getByText('worth ¥23.90 · paid').waitFor()
  equal(await delivery.getByRole('button', { name: 'Complain of the delay' }).count(), 1)
  await page.context().close()
})

test('A price that fell says what comes back', { skip }, async () => {
  const page = await openPage('/member/trades/T2018')
  const protection = page.getByRole('region', { name: 'Price protection' })
  await protection.getByText('You paid ¥449.00; the price fell to ¥429.00').waitFor()
  await protection.getByText('+¥20.00').waitFor()
  await page.context().close()
})

test('A member registers with points, waits where it is full, and cancels', { skip }, async () => {
  const page = await openPage('/member/club')
  await page.getByRole('link', { name: 'Events' }).click()
  const run = page.getByRole('article', { name: 'Night run' })
  await run.getByText('12 of 100 places left').waitFor()
  await run.getByRole('button', { name: 'Register' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByText('200 points are held now').waitFor()
  await sheet.getByRole('button', { name: 'Register' }).click()
  await sheet.getByText('The points are held, and taken when the event begins.').waitFor()
  await sheet.getByRole('button', { name: 'Close' }).click()
  await run.getByRole('button', { name: 'Cancel' }).waitFor()

  const tasting = page.getByRole('article', { name: 'Tasting' })
  await tasting.getByRole('button', { name: 'Join the waiting list' }).click()
  const join = sheet.getByRole('button', { name: 'Join the waiting list' })
  equal(await join.isDisabled(), true)
  await sheet.getByRole('checkbox').check()
  await join.click()
  await sheet.getByText('You get the next free place').waitFor()
  await sheet.getByRole('button', { name: 'Close' }).click()
  await tasting.getByText('3 members wait before you.').waitFor()

  await run.getByRole('button', { name: 'Cancel' }).click()
  await sheet.getByText('close to the event it costs up to 200 points').waitFor()
  await sheet.getByRole('button', { name: 'Cancel' }).click()
  await sheet.getByText('Cancelled. It cost 0 points.').waitFor()
  equal(await page.getByRole('article', { name: 'Old fair' }).getByRole('button').count(), 0)
  await page.context().close()
})
