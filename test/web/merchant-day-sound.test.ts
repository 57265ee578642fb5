import { deepEqual } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchBrowser, whyNoBrowser } from '#test/support/browser.ts'
import { startFakeApi, type FakeApi } from '#test/support/fake-api.ts'
import { isSound, openTab, signIn, signInAsMerchant, tooSmall } from '#test/support/web-tab.ts'

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

/** Each page of a shop's day, with something that is there when it is whole, and whether a row opens. */
const pages = [
  ['shipments', 'ol button', true],
  ['returns', 'ol button', true],
  ['metrics', 'ol button', true],
  ['tickets', 'ol button', true],
  ['notices', 'article', false],
  ['settlement', 'dl', false],
] as const

const looks = [
  ['zh', 'light', 'phone'],
  ['zh', 'dark', 'phone'],
  ['en', 'light', 'phone'],
  ['en', 'dark', 'desk'],
] as const

for (const [language, scheme, screen] of looks) {
  test(`A shop’s day is sound in ${language}, ${scheme}, on a ${screen}`, { skip }, async () => {
    const { page, faults } = await openTab(browser, api.url, { language, scheme, screen })
    await signInAsMerchant(page)
    for (const [path, whole, opens] of pages) {
      await page.goto(`/merchant/lily/${path}`)
      await page.getByRole('main').locator(whole).first().waitFor()
      await isSound(page, `the page ${path}`)
      deepEqual(await tooSmall(page), [], path)
      if (!opens) continue
      await page.getByRole('main').locator(whole).first().click()
      await page.getByRole('dialog').locator('dl').first().waitFor()
      await isSound(page, `the sheet of ${path}`)
      deepEqual(await tooSmall(page), [], path)
    }
    deepEqual(faults, [])
    await page.context().close()
  })

  test(`A member’s care is sound in ${language}, ${scheme}, on a ${screen}`, { skip }, async () => {
    const { page, faults } = await openTab(browser, api.url, { language, scheme, screen })
    await signIn(page)
    await page.goto('/member/club/events')
    await page.getByRole('article').first().waitFor()
    await isSound(page, 'the events')
    await page.goto('/member/trades/T2018')
    await page.locator('#protection').waitFor()
    await page.locator('#delivery').waitFor()
    await isSound(page, 'a trade with all that follows it')
    await page.getByRole('button', { name: /Ask for a return|申请退换/ }).click()
    await page.getByRole('dialog').locator('form').waitFor()
    await isSound(page, 'the sheet to ask')
    deepEqual(await tooSmall(page), [])
    deepEqual(faults, [])
    await page.context().close()
  })
}
