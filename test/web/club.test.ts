import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, whyNoBrowser } from '#test/support/browser.ts'
import { startFakeApi, type FakeApi } from '#test/support/fake-api.ts'
import { openTab, signIn, type Look } from '#test/support/web-tab.ts'

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

/** A page of a member, in a tab of its own. */
async function openPage(path: string, look: Look = {}, nickname?: string): Promise<Page> {
  const { page } = await openTab(browser, api.url, look)
  await signIn(page, nickname)
  await page.goto(path)
  return page
}

test(
  'The centre shows the score, what it is the sum of, and the whole ladder',
  { skip },
  async () => {
    const page = await openPage('/member')
    await page.getByRole('link', { name: 'Membership' }).click()
    const score = page.getByRole('region', { name: 'Score', exact: true })
    await score.getByText('1,185').waitFor()
    await score.getByText('+8 since the month before').waitFor()
    deepEqual(await score.getByRole('listitem').allTextContents(), [
      'Buying707',
      'Taking part178',
      'Credit300',
    ])

    const tier = page.getByRole('region', { name: 'Tier', exact: true })
    await tier.getByText('1,315 more points to be considered for APASS member').waitFor()
    deepEqual(await tier.getByRole('listitem').allTextContents(), [
      'Ordinary memberfrom 0 · reached',
      'Super memberfrom 1,000 · reached',
      'APASS memberfrom 2,500, by invitation · not reached',
    ])
    equal(await tier.locator('[aria-current=step]').innerText().then(firstLine), 'Super member')
    await page.getByText('July 8, 2018 · Monthly refresh · score 996 → 1,121').waitFor()
    await page.getByRole('link', { name: 'October 2018' }).getByText('−4').waitFor()
    await page.context().close()
  },
)

test(
  'A score is explained rule by rule, with every maximum that was reached',
  { skip },
  async () => {
    const page = await openPage('/member/club', { screen: 'desk' })
    await page.getByRole('link', { name: 'See where every point came from' }).click()
    const bought = page.getByRole('region', { name: 'Buying' })
    await bought.waitFor()
    deepEqual(await bought.getByRole('listitem').allTextContents(), [
      'Goods+697¥60,000.00 spent, of which ¥57,851.00 counts; one point for every ¥83.00, rounded down.' +
        'Above the maximum of an order: ¥2,149.00 did not count.',
      'Orders+1010 in all, of which 10 count, at 1 each.',
    ])
    deepEqual(
      await page
        .getByRole('region', { name: 'Taking part' })
        .getByRole('listitem')
        .allTextContents(),
      [
        'Live views+200250 in all, of which 200 count, at 1 each.Above the maximum of the window: 50 did not count.',
        'The most of this part−22Comes to 200; at most 178 counts.',
      ],
    )
    deepEqual(
      await page.getByRole('region', { name: 'Credit' }).getByRole('listitem').allTextContents(),
      [
        'Credit grade+350Credit grade: great (as assessed).',
        'Unpaid advances−501 in all, at −50 each.',
      ],
    )
    await page
      .getByText('Counted: what happened from November 1, 2017 to October 31, 2018.')
      .waitFor()

    await page.goto('/member/club/scores/2017-01')
    await page.getByText('There is no score for this month').waitFor()
    await page.context().close()
  },
)

test(
  'Paid membership says its price and why, until when, and what is left to save',
  { skip },
  async () => {
    const page = await openPage('/member/club/paid')
    await page.getByText('Until August 22, 2019 at 13:25').waitFor()
    await page.getByText('Your score of 1,185 reaches 1,000, which this price needs.').waitFor()
    await page.getByText('It can be renewed from July 23, 2019 at 13:25.').waitFor()
    const saved = page.getByRole('region', { name: 'What it saved' })
    await saved.getByText('¥73.00 / ¥200.00').waitFor()
    await saved.getByText('¥127.00 more can be saved').waitFor()
    deepEqual(
      await page
        .getByRole('region', { name: 'What a year gives' })
        .getByRole('listitem')
        .allTextContents(),
      ['5 % off at the supermarket', 'Coupon for electronics × 2', 'Priority service queue'],
    )
    await page.context().close()
  },
)

test(
  'Badges show the step held, how far the next is, and what waits for a review',
  { skip },
  async () => {
    const page = await openPage('/member/club/badges')
    await page.getByText('684 more badge points to “Expert”').waitFor()
    await page.getByText('counted once cleared: reviews (2)').waitFor()
    deepEqual(await page.getByRole('article').allTextContents(), [
      'Steady buyersilver · since October 2, 201861 of 200 · next: goldWaiting for a review: gold',
      'Explorergold · since May 1, 2018Every step is held',
      'Helping handNot held yet2 of 5 · next: bronze',
    ])
    await page.context().close()
  },
)

test('Every advance has its state, and the limit says what lowers it', { skip }, async () => {
  const page = await openPage('/member/club/advances')
  await page.getByText('¥172.00').waitFor()
  await page.getByText('1 advance is unpaid').waitFor()
  const limit = page.getByRole('region', { name: 'My limit' })
  deepEqual(await limit.locator('dl > div').allTextContents(), [
    'Outstanding¥328.00',
    'Limit¥500.00',
    'Limit once all is repaid¥600.00',
  ])
  deepEqual(await page.getByRole('article').locator('dl').allTextContents(), [
    'Waits for the goods¥178.00',
    'Owed¥150.00',
    'Settled by the return¥34.90',
  ])
  await page.context().close()
})

test(
  'Notices are marked as read, and their number goes from the navigation',
  { skip },
  async () => {
    const page = await openPage('/member/club/notices')
    await page.getByRole('link', { name: 'Notices 2 not read' }).waitFor()
    await page.getByText('Your tier rose to Super member.').waitFor()
    await page.getByText('You reached silver of the badge “Steady buyer”.').waitFor()
    await page.getByRole('button', { name: 'Mark as read' }).click()
    await page.getByRole('link', { name: 'Notices', exact: true }).waitFor()
    equal(await page.getByText('Not read:').count(), 0)
    await page.context().close()
  },
)

test('An invitation is declined only after asking, or accepted at once', { skip }, async () => {
  const page = await openPage('/member/club', { language: 'zh' })
  await page.getByText('您受邀成为APASS会员').waitFor()
  await page.getByText('请在 2018年12月15日 13:00前答复。').waitFor()
  await page.getByRole('button', { name: '婉拒' }).click()
  await page.getByText('不能撤回').waitFor()
  await page.getByRole('button', { name: '返回' }).click()
  await page.getByRole('button', { name: '接受邀请' }).click()
  await page.getByText('您已接受邀请。').waitFor()
  await page.context().close()
})

test('Who has nothing of membership is told so, and what would open it', { skip }, async () => {
  const page = await openPage('/member/club', {}, 'Alex Newcomer')
  await page.getByText('No score yet').waitFor()
  await page.getByText('1,000 more points to Super member').waitFor()
  for (const [path, text] of [
    ['paid', 'There is no paid membership here'],
    ['badges', 'There are no badges here'],
    ['advances', 'You have no limit at present'],
    ['notices', 'There is nothing yet'],
    ['benefits', 'You have not claimed anything yet.'],
    [
      'benefits',
      'Unlocked by: a score of 601 (601 points short), or be a paid member, or be granted it for a time, as for a rise in score',
    ],
  ] as const) {
    await page.goto(`/member/club/${path}`)
    await page.getByText(text).waitFor()
  }
  await page.context().close()
})

function firstLine(text: string): string {
  return text.split('\n')[0] ?? ''
}
