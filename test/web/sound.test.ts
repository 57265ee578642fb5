import { deepEqual } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchBrowser, whyNoBrowser } from '#test/support/browser.ts'
import { startFakeApi, type FakeApi } from '#test/support/fake-api.ts'
import { isSound, openTab, signIn, tooSmall } from '#test/support/web-tab.ts'

const skip = whyNoBrowser()
let api: FakeApi
let tokenApi: FakeApi
let browser: Browser

before(async () => {
  if (skip !== false) return
  api = await startFakeApi()
  tokenApi = await startFakeApi({ isDemo: false })
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await api?.stop()
  await tokenApi?.stop()
})

const looks = [
  ['zh', 'light', 'phone'],
  ['zh', 'dark', 'phone'],
  ['en', 'light', 'phone'],
  ['en', 'dark', 'phone'],
  ['zh', 'dark', 'desk'],
  ['en', 'light', 'desk'],
] as const

for (const [language, scheme, screen] of looks) {
  test(`Every page is sound in ${language}, ${scheme}, on a ${screen}`, { skip }, async () => {
    const { page, faults } = await openTab(browser, api.url, { language, scheme, screen })

    await page.goto('/sign-in?reason=expired')
    await page.getByRole('button', { name: '小满' }).waitFor()
    await isSound(page, 'the demo accounts')
    deepEqual(await tooSmall(page), [])

    await signIn(page)
    await page.getByRole('link', { name: '云杉' }).first().waitFor()
    await isSound(page, 'the member page')
    deepEqual(await tooSmall(page), [])

    await page.getByRole('link', { name: '云杉' }).first().click()
    await page.getByRole('dialog').locator('summary').click()
    await isSound(page, 'an explanation')
    deepEqual(await tooSmall(page), [])

    await page.goto('/member/coupons')
    await page.getByRole('article').first().waitFor()
    await isSound(page, 'the coupons')
    deepEqual(await tooSmall(page), [])

    await page.goto('/member/trades')
    await page.getByRole('link', { name: '极目数码' }).waitFor()
    await isSound(page, 'the trades')
    deepEqual(await tooSmall(page), [])

    await page.getByRole('link', { name: '极目数码' }).click()
    await page.locator('summary').first().click()
    await isSound(page, 'a trade')
    deepEqual(await tooSmall(page), [])

    deepEqual(faults, [])
    await page.context().close()
  })
}

test('What is shown instead of a page is sound as well', { skip }, async () => {
  const { page, faults } = await openTab(browser, api.url)
  await page.goto('/nowhere')
  await page.getByRole('link').waitFor()
  await isSound(page, 'an unknown address')
  deepEqual(await tooSmall(page), [])

  await signIn(page, 'Alex Newcomer')
  await page.getByText('No points yet').waitFor()
  await isSound(page, 'the page of a newcomer')

  api.spoil('/v1/members/newcomer/wallets', 503, { title: 'The books are being checked.' })
  await page.reload()
  await page.getByText('The books are being checked.').waitFor()
  await isSound(page, 'a page with a fault')
  deepEqual(await tooSmall(page), [])

  api.repair()
  api.hold('/v1/members/newcomer/wallets')
  await page.reload()
  await page.getByText('Loading…').waitFor({ state: 'attached' })
  await isSound(page, 'a page on its way')
  api.repair()
  deepEqual(faults, [])
  await page.context().close()
})

test('The page for staff and the form for a token are sound as well', { skip }, async () => {
  const { page } = await openTab(browser, api.url)
  await signIn(page, '林运营')
  await page.getByText('You are signed in as operator').waitFor()
  await isSound(page, 'the page for staff')
  deepEqual(await tooSmall(page), [])

  await page.context().clearCookies()
  await page.goto(tokenApi.url)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('Enter your sign-in token.').waitFor()
  await isSound(page, 'the form for a token')
  deepEqual(await tooSmall(page), [])
  await page.context().close()
})
