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
  'Whoever is not signed in is led to the demo accounts, in their language',
  { skip },
  async () => {
    const { page, faults } = await openTab(browser, api.url, { language: 'zh' })
    await page.goto('/')
    await page.getByRole('heading', { name: '登录积分中心' }).waitFor()
    equal(new URL(page.url()).pathname, '/sign-in')
    equal(await page.getAttribute('html', 'lang'), 'zh-CN')
    equal(await page.title(), '登录 · 积分中心')
    await page.getByRole('listitem').first().waitFor()
    deepEqual(await page.getByRole('listitem').allTextContents(), [
      '小小满 会员三年老会员，有即将到期的积分',
      'AAlex Newcomer 会员刚刚加入，还没有积分',
      '莉莉莉 商家两家店铺',
      '林林运营 平台运营起草与审批规则',
    ])

    await page.getByRole('button', { name: '小满' }).click()
    await page.getByRole('heading', { name: '小满，您好' }).waitFor()
    deepEqual(faults, [])
    await page.context().close()
  },
)

test(
  'A session that has run out leads to the sign-in page and back to the same entry',
  { skip },
  async () => {
    const { page } = await openTab(browser, api.url)
    await signIn(page)
    api.expireSessions()
    await page.goto('/member/entries/platform/points/68')
    await page.getByRole('heading', { name: 'Sign in to your points' }).waitFor()

    await page.getByRole('button', { name: '小满' }).click()
    await page.getByRole('dialog', { name: 'Entry explained' }).waitFor()
    match(page.url(), /\/member\/entries\/platform\/points\/68$/)

    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: '云杉' }).first().waitFor()
    api.expireSessions()
    await page.getByRole('link', { name: '云杉' }).nth(1).click()
    await page.getByText('Your session has ended. Please sign in again.').waitFor()
    await page.context().close()
  },
)

test('After signing in, an address outside the pages is not gone to', { skip }, async () => {
  const { page } = await openTab(browser, api.url)
  for (const next of [
    'https://example.com/member',
    '//example.com/member',
    '/memberful',
    '/docs',
  ]) {
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`)
    await page.getByRole('button', { name: '小满' }).click()
    await page.getByRole('heading', { name: 'Hello, 小满' }).waitFor()
    equal(page.url(), `${api.url}/member`)
  }
  await page.context().close()
})

test('Signing out leaves nothing of the member behind', { skip }, async () => {
  const { page } = await openTab(browser, api.url)
  await signIn(page)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in to your points' }).waitFor()

  await page.goBack()
  await page.goto('/member')
  await page.getByRole('heading', { name: 'Sign in to your points' }).waitFor()
  await page.getByRole('button', { name: 'Alex Newcomer' }).click()
  await page.getByRole('heading', { name: 'Hello, Alex Newcomer' }).waitFor()
  equal(await page.getByText('8,320').count(), 0)
  await page.context().close()
})

test('A sign-in that fails says so and can be tried again', { skip }, async () => {
  const { page } = await openTab(browser, api.url)
  await page.goto('/sign-in')
  api.spoil('/v1/demo/sign-in', 503, { title: 'The demo market is still being set up.' })
  await page.getByRole('button', { name: '小满' }).click()
  await page.getByRole('alert').getByText('The demo market is still being set up.').waitFor()

  api.repair()
  await page.getByRole('button', { name: '小满' }).click()
  await page.getByRole('heading', { name: 'Hello, 小满' }).waitFor()
  await page.context().close()
})

test(
  'Where there is no demo a token is asked for, and a bad one is refused',
  { skip },
  async () => {
    const tokenApi = await startFakeApi({ isDemo: false })
    const { page } = await openTab(browser, tokenApi.url)
    await page.goto('/')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('Enter your sign-in token.').waitFor()

    await page.getByLabel('Sign-in token').fill('bad')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('This token is not valid').waitFor()

    await page.getByLabel('Sign-in token').fill(' good ')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Hello, 小满' }).waitFor()
    await page.context().close()
    await tokenApi.stop()
  },
)
