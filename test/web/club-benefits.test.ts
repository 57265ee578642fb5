import { deepEqual, equal, notEqual } from 'node:assert/strict'
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
  'Every tier’s benefits are shown, the locked ones with what unlocks them',
  { skip },
  async () => {
    const page = await openPage('/member/club/benefits')
    await page.getByRole('heading', { name: 'APASS member' }).waitFor()
    deepEqual(await page.getByRole('article').allTextContents(), [
      'Scratch cardBetween ¥2.00 and ¥5.00200 pointsRedeem',
      'Instant refundRefunded before the goods are backa score of 400: up to ¥300.00APASS member, Paid members: up to ¥10,000.00See my limit',
      'Hotel nightsHotel · 2 per year · 1 left500 points + ¥500.00Claimed where it is paid',
      'Mobile data30 MB of data · 1 per purchase or live view · at most 10 a dayFreeGiven with a purchase or a live view',
      'Account managerAn account manager of your ownUnlocked by: be invited to APASS member (1,315 points short)',
      'A year’s film cardFilm tickets · 1 per yearFreeYou have had it as often as you may in this period. Again from January 1, 2019 at 00:00.',
      'Priority service queueFirst in the queue of the service deskOpen: nothing to claim',
      'Fresh-food cardFresh food · 12% off · 1 leftOpen to you until December 8, 2018 at 02:00FreeClaim',
    ])
    await page.getByText('Also here: Hotel nights').waitFor()
    await page.context().close()
  },
)

test(
  'A claim says what it costs and leaves, and is made once however often it is sent',
  { skip },
  async () => {
    const page = await openPage('/member/club/benefits')
    await page.getByRole('button', { name: 'Redeem Scratch card' }).click()
    const sheet = page.getByRole('dialog', { name: 'Scratch card' })
    deepEqual(await sheet.locator('dl > div').allTextContents(), [
      'Costs200 points',
      'Points now8,320',
      'Points afterwards8,120',
    ])
    await sheet.getByText('Not for: Virtual goods.').waitFor()

    const before = api.keys().length
    api.spoil('/v1/members/xiaoman/benefits/scratch-card', 409, {
      title: 'Too few points.',
      code: 'benefits/sold-out',
    })
    await sheet.getByRole('button', { name: 'Claim it' }).click()
    await sheet.getByText('There is none left.').waitFor()
    api.repair()
    await sheet.getByRole('button', { name: 'Claim it' }).click()
    await sheet.getByText('You won').waitFor()
    const [first, second] = api.keys().slice(before)
    equal(first, second)
    notEqual(first, undefined)

    await sheet.getByRole('link', { name: 'How this was drawn' }).click()
    await page.getByText('scratch-card.2').waitFor()
    await page.getByRole('link', { name: 'All benefits' }).click()
    const claims = page.getByRole('region', { name: 'What I claimed' })
    equal(await claims.getByRole('listitem').count(), 3)
    await page.context().close()
  },
)

test('A word that is no fair text is not sent into a draw', { skip }, async () => {
  const page = await openPage('/member/club/benefits')
  await page.getByRole('button', { name: 'Redeem Scratch card' }).click()
  await page.getByLabel('A word of your own').fill('two words')
  equal(await page.getByRole('button', { name: 'Claim it' }).isDisabled(), true)
  await page.context().close()
})

test(
  'A draw is drawn again in the browser, and one that was changed is found out',
  { skip },
  async () => {
    const page = await openPage('/member/club/claims/scratch-card.1')
    await page.getByRole('button', { name: 'Check it in this browser' }).click()
    await page.getByText('It holds').waitFor()

    const path = '/v1/members/xiaoman/benefit-claims/scratch-card.1/draw'
    const draw = await (await page.request.get(path)).json()
    for (const [changed, text] of [
      [{ ...draw, word: 'other' }, 'Drawn again it gives another ticket.'],
      [{ ...draw, amountFen: 500 }, 'Drawn again it gives another ticket.'],
      [
        { ...draw, epoch: { ...draw.epoch, seed: '00'.repeat(32) } },
        'The secret is not the one of the fingerprint.',
      ],
    ] as const) {
      api.spoil(path, 200, changed)
      await page.reload()
      await page.getByRole('button', { name: 'Check it in this browser' }).click()
      await page.getByText(text).waitFor()
    }
    api.spoil(path, 200, { ...draw, epoch: { ...draw.epoch, seed: null } })
    await page.reload()
    await page.getByText('Told after November 5, 2018 at 00:00').waitFor()
    equal(await page.getByRole('button', { name: 'Check it in this browser' }).count(), 0)
    api.repair()
    await page.context().close()
  },
)

test('An unused claim is given back after asking; a draw is not', { skip }, async () => {
  const page = await openPage('/member/club/claims/hotel.1')
  await page.getByText('9SF8-PSJ8-SAXE-T50K').waitFor()
  await page.getByRole('button', { name: 'Give it back' }).click()
  await page.getByText('what it cost (500 points + ¥500.00) comes back').waitFor()
  await page.getByRole('button', { name: 'Give it back now' }).click()
  await page.getByText('Given back').waitFor()

  await page.goto('/member/club/claims/scratch-card.1')
  await page.getByText('You won').or(page.getByText('It is among your red envelopes')).waitFor()
  equal(await page.getByRole('button', { name: 'Give it back' }).count(), 0)
  await page.goto('/member/club/claims/nothing.1')
  await page.getByText('There is no such claim').waitFor()
  await page.context().close()
})

test('What fails on a page of membership says why and can be tried again', { skip }, async () => {
  const page = await openPage('/member/club/benefits', { language: 'zh' })
  api.spoil('/v1/members/xiaoman/benefits', 503, { title: 'The books are being checked.' })
  await page.reload()
  await page.getByText('The books are being checked.').waitFor()
  api.repair()
  await page.getByRole('button', { name: '重试' }).click()
  await page.getByRole('heading', { name: '超级会员' }).waitFor()
  await page.context().close()
})
