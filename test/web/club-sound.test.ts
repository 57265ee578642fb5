import { deepEqual } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchBrowser, whyNoBrowser } from '#test/support/browser.ts'
import { startFakeApi, type FakeApi } from '#test/support/fake-api.ts'
import { isSound, openTab, signIn, tooSmall } from '#test/support/web-tab.ts'

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

/** Each page of membership, with something that is there when it is whole. */
const pages = [
  ['', 'article, ol'],
  ['scores/2018-11', 'ul > li > div'],
  ['benefits', 'article'],
  ['claims/scratch-card.1', 'table'],
  ['paid', 'section + section'],
  ['badges', 'article'],
  ['advances', 'article'],
  ['notices', 'article'],
] as const

const looks = [
  ['zh', 'light', 'phone'],
  ['zh', 'dark', 'phone'],
  ['en', 'light', 'phone'],
  ['en', 'dark', 'desk'],
] as const

for (const [language, scheme, screen] of looks) {
  test(`Membership is sound in ${language}, ${scheme}, on a ${screen}`, { skip }, async () => {
    const { page, faults } = await openTab(browser, api.url, { language, scheme, screen })
    await signIn(page)
    for (const [path, whole] of pages) {
      await page.goto(`/member/club/${path}`)
      await page.getByRole('main').locator(whole).first().waitFor()
      await isSound(page, `the page ${path}`)
      deepEqual(await tooSmall(page), [], path)
    }

    await page.goto('/member/club/benefits')
    const scratch = language === 'zh' ? '兑换 积分刮刮卡' : 'Redeem Scratch card'
    await page.getByRole('button', { name: scratch }).click()
    await page.getByRole('dialog').locator('input').waitFor()
    await isSound(page, 'the sheet of a claim')
    deepEqual(await tooSmall(page), [])
    deepEqual(faults, [])
    await page.context().close()
  })
}
