import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { drawOfClaim, epochsPage } from '#db/benefits/draws.ts'
import { claimBenefit } from '#operations/benefits/claim-benefit.ts'
import { drawBy } from '#operations/benefits/draw-again.ts'
import { keepDrawEpochs, makeDrawEpochs } from '#operations/benefits/draw-epochs.ts'
import { readDraw } from '#operations/benefits/read-draw.ts'
import { verifyBenefits } from '#operations/benefits/verify-benefits.ts'
import { asking, claimed, givePoints } from '#test/support/benefits.ts'
import { day, forEach, makeMembers } from '#test/support/issuing.ts'
import { openMarket, type TestMarket } from '#test/support/market.ts'

let market: TestMarket
const members = Array.from({ length: 20 }, (_, n) => `d-${n}`)

before(async () => {
  market = await openMarket(16)
  await makeMembers(market.db, members)
  for (const memberId of members) await givePoints(market, memberId, 2_000, day)
})
after(async () => await market.close())

async function faults(): Promise<readonly string[]> {
  const { faults: found } = await verifyBenefits(market.db, market.policies)
  return found.map(({ of, what }) => `${of}: ${what}`)
}

test('BF-15 every draw comes out again, and its prize is a lot of the wallet', async () => {
  const requests = members.flatMap((memberId) =>
    Array.from({ length: 10 }, (_, n) => asking(memberId, 'scratch-card', day, { word: `w${n}` })),
  )
  const told = await forEach(requests, (request) => claimBenefit(market, request), 16)
  equal(told.filter((each) => each.ok).length, 200)
  for (const each of told) {
    if (!each.ok) continue
    const { amountFen } = JSON.parse(each.claim.given) as { amountFen: number }
    ok([200, 300, 500, 2_000].includes(amountFen))
  }
  const verified = await verifyBenefits(market.db, market.policies)
  deepEqual([verified.draws, verified.faults], [200, []])
})

test('BF-14 secrets are made before they are used, told when their time is over, and then not used', async () => {
  const before = await epochsPage(market.db, 0, 10)
  equal(before.length, 2)
  await makeDrawEpochs(market, day)
  deepEqual(await epochsPage(market.db, 0, 10), before)
  const nextWeek = day.add({ hours: 24 * 7 })
  equal((await readDraw(market, 'd-0', 'scratch-card.1'))?.epoch.seed, null)
  await keepDrawEpochs(market, nextWeek)
  const [, , first] = await epochsPage(market.db, 0, 10)
  equal(first?.publishedAt?.epochMilliseconds, nextWeek.epochMilliseconds)
  equal((await readDraw(market, 'd-0', 'scratch-card.1'))?.holds, true)

  // A claim that was asked for before, and is drawn after the secret was told, uses the next one.
  await givePoints(market, 'd-0', 200, day)
  equal(await claimed(market, asking('d-0', 'scratch-card', day)), 'scratch-card.11')
  const late = await drawOfClaim(market.db, 'd-0', 'scratch-card.11')
  equal(late?.epoch, before[0]?.epoch)
  deepEqual(await faults(), [])
})

test('BF-15 a changed byte of a secret, another prize and a missing point are seen', async () => {
  const seed = (await epochsPage(market.db, 0, 10)).at(-1)
  ok(seed !== undefined)
  const weights = [9_000, 900, 90, 10]
  const mark = { memberId: 'lin', claimId: 'c.1', number: 1, word: '' }
  const other = Buffer.from(seed.seed)
  other[0] = (other[0] ?? 0) ^ 1
  equal(drawBy(seed.seed, mark, weights).ticket === drawBy(other, mark, weights).ticket, false)

  const { owner } = market
  const setSeed = (to: Buffer) =>
    sql`update jifen.draw_epoch set seed = ${to} where epoch = ${seed.epoch}`.execute(owner)
  await setSeed(other)
  const seen = await faults()
  ok(seen[0]?.includes('is not the one whose SHA-256 was told'))
  ok(seen.length > 150, String(seen.length))
  await setSeed(seed.seed)
  deepEqual(await faults(), [])

  await sql`
    update jifen.benefit_draw set amount_fen = amount_fen + 1 where claim_id = 'scratch-card.1'
  `.execute(owner)
  equal((await faults()).length, members.length)
  await sql`
    update jifen.benefit_draw set amount_fen = amount_fen - 1 where claim_id = 'scratch-card.1'
  `.execute(owner)
  await sql`
    update jifen.benefit_claim set points = 199 where member_id = 'd-3' and nth = 2
  `.execute(owner)
  deepEqual(await faults(), ['d-3: the wallets do not have what scratch-card.2 cost or gave'])
})
