import { deepEqual } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchBrowser, whyNoBrowser } from '#test/support/browser.ts'
import { startFakeApi, type FakeApi } from '#test/support/fake-api.ts'
import { isSound, openTab, signInAsMerchant, tooSmall } from '#test/support/web-tab.ts'

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

/** Each page of the console, with something that is there when it is whole. */
const pages = [
  ['lily', 'section li'],
  ['lily/campaign?campaign=new-year', 'table'],
  ['lily/campaign?campaign=year-end', 'table'],
  ['lily-home/campaign?campaign=new-year', 'table'],
  ['lily/declarations?campaign=year-end', 'section li'],
] as const

const looks = [
  ['zh', 'light', 'phone'],
  ['zh', 'dark', 'desk'],
  ['en', 'light', 'desk'],
  ['en', 'dark', 'phone'],
] as const

for (const [language, scheme, screen] of looks) {
  test(`The console is sound in ${language}, ${scheme}, on a ${screen}`, { skip }, async () => {
    const { page, faults } = await openTab(browser, api.url, { language, scheme, screen })
    await signInAsMerchant(page)
    for (const [path, whole] of pages) {
      await page.goto(`/merchant/${path}`)
      await page.getByRole('main').locator(whole).first().waitFor()
      await isSound(page, `the page ${path}`)
      deepEqual(await tooSmall(page), [], path)
    }

    const declare = language === 'zh' ? '申报商品' : 'Declare goods'
    await page.getByRole('button', { name: declare }).click()
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('textbox').fill('scarf')
    await sheet.getByRole('region').waitFor()
    await sheet.getByRole('textbox').nth(1).fill('200')
    await isSound(page, 'the sheet of a declaration')
    deepEqual(await tooSmall(page), [])
    deepEqual(faults, [])
    await page.context().close()
  })
}
