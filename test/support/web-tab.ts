import { deepEqual, equal } from 'node:assert/strict'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'

export type Look = {
  readonly language?: 'zh' | 'en'
  readonly scheme?: 'light' | 'dark'
  /** `phone` is the narrowest screen that the pages are made for. */
  readonly screen?: 'phone' | 'desk'
}

/** A tab with its own cookies and storage; `faults` is what its console complained of. */
export type Tab = { readonly page: Page; readonly faults: readonly string[] }

const screens = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 860 } } as const

export async function openTab(browser: Browser, url: string, look: Look = {}): Promise<Tab> {
  const context = await browser.newContext({
    baseURL: url,
    locale: look.language === 'zh' ? 'zh-CN' : 'en-GB',
    timezoneId: 'America/Sao_Paulo',
    colorScheme: look.scheme ?? 'light',
    viewport: screens[look.screen ?? 'phone'],
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('console', (message) => {
    // An answer of 401 or 503 is a line in the console of every browser.
    const isAnswer = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !isAnswer) faults.push(message.text())
  })
  return { page, faults }
}

/** Signs in with a demo account, by its nickname, and waits for the page. */
export async function signIn(page: Page, nickname = '小满'): Promise<void> {
  await page.goto('/')
  await page.getByRole('button', { name: nickname }).click()
  await page.waitForURL('**/member*')
  const heading = page.getByRole('main').getByRole('heading', { level: 1 })
  await heading.filter({ hasNotText: /Loading|正在加载/ }).waitFor()
}

/** Signs in as the merchant of the fake, and waits for its first shop. */
export async function signInAsMerchant(page: Page): Promise<void> {
  await page.goto('/')
  await page.getByRole('button', { name: '莉莉' }).click()
  await page.waitForURL('**/merchant/lily')
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor()
}

/** Asserts that axe has nothing to say against what is shown, and that nothing hangs over to the right. */
export async function isSound(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const told = violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join()}`)
  deepEqual(told, [], `axe finds nothing on ${where}`)

  const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
  equal(await page.evaluate(overhang), 0, `${where} does not scroll sideways`)
}

/** What can be pressed and is smaller than 44 px either way. */
export async function tooSmall(page: Page): Promise<readonly string[]> {
  const small: string[] = []
  for (const each of await page.locator('button, a, summary, input').all()) {
    const box = await each.boundingBox()
    if (box === null || (box.width >= 44 && box.height >= 44)) continue
    small.push(`${box.width} x ${box.height}: ${await each.innerText()}`)
  }
  return small
}
