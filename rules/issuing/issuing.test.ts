import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { earnInGame, mayIssue, type Allowance } from '#rules/issuing/allowance.ts'
import { codeFrom, readCode } from '#rules/issuing/coupon-code.ts'
import { couponId } from '#rules/issuing/coupon-batch.ts'
import { envelopeRef, policyOfEnvelope } from '#rules/issuing/red-envelope.ts'
import { mayClaim, mayHave, validFor } from '#rules/issuing/who-and-when.ts'
import { asFen } from '#rules/money/fen.ts'
import { parsePolicy } from '#rules/policies/catalogue.ts'
import { instantToText } from '#rules/time/instants.ts'

const title = { zh: '测试', en: 'Test' }
const november = { from: '2017-11-01T00:00:00+08:00', to: '2017-12-01T00:00:00+08:00' }
const at = (text: string) => Temporal.Instant.from(text)
const noon = at('2017-11-05T12:00:00+08:00')
const allowanceBody = { title, issue: november, usable: november }
const open = { from: at(november.from), to: at(november.to) }

function problemsOf(name: string, body: object): readonly string[] {
  const parsed = parsePolicy(name, body)
  return parsed.ok || !('problems' in parsed) ? [] : parsed.problems.map((each) => each.path)
}

test('IS-8 a claim is within the window, by a member of the audience', () => {
  const claimable = { claim: open, audience: { members: ['lin'] }, perMember: 1 }
  const claim = { memberId: 'lin', had: 0, at: noon }
  deepEqual(mayClaim(claimable, claim), { ok: true })
  const early = { ...claim, at: at('2017-10-31T23:59:59.999+08:00') }
  deepEqual(mayClaim(claimable, early), { ok: false, refusal: 'issuing/not-open' })
  const late = { ...claim, at: open.to }
  deepEqual(mayClaim(claimable, late), { ok: false, refusal: 'issuing/not-open' })
  const other = { ...claim, memberId: 'mei' }
  deepEqual(mayClaim(claimable, other), { ok: false, refusal: 'issuing/not-for-member' })
  deepEqual(mayHave(claimable, late), { ok: true })
})

test('IS-8 an audience may be of tiers, a score or paid membership, and tells what is missing', () => {
  const audience = { tiers: ['super', 'apass'], scoreFrom: 1_500, paidMember: true } as const
  const claimable = { claim: open, audience, perMember: 1 }
  const claim = { memberId: 'lin', had: 0, at: noon }
  const is = { tier: 'super', score: 1_500, paidMember: true }
  deepEqual(mayClaim(claimable, { ...claim, ...is }), { ok: true })
  const lacks = (being: object) => mayClaim(claimable, { ...claim, ...is, ...being })
  const refused = { ok: false, refusal: 'issuing/not-for-member' }
  deepEqual(lacks({ paidMember: false }), { ...refused, unlockedBy: { paidMember: true } })
  deepEqual(lacks({ score: 1_499 }), { ...refused, unlockedBy: { scoreFrom: 1_500 } })
  deepEqual(lacks({ tier: null }), { ...refused, unlockedBy: { tiers: ['super', 'apass'] } })
  deepEqual(mayClaim(claimable, claim), { ...refused, unlockedBy: audience })
  deepEqual(problemsOf('allowance:x', { ...allowanceBody, audience: {} }), ['audience'])
})

test('IS-8 what is only granted is claimed by nobody', () => {
  const claimable = { claim: open, audience: 'granted', perMember: 1 } as const
  const claim = { memberId: 'lin', had: 0, at: noon }
  deepEqual(mayClaim(claimable, claim), { ok: false, refusal: 'issuing/not-for-member' })
  deepEqual(mayHave(claimable, claim), { ok: true })
})

test('IS-9 a member gets as many as the limit, and the number is part of the key', () => {
  const claimable = { claim: open, audience: 'all', perMember: 3 } as const
  const outcomes = [0, 1, 2, 3, 4].map(
    (had) => mayClaim(claimable, { memberId: 'x', had, at: noon }).ok,
  )
  deepEqual(outcomes, [true, true, true, false, false])
  notEqual(couponId('autumn', 1), couponId('autumn', 2))
})

test('IS-10 what was got is usable in its window, or so long from the claim on', () => {
  equal(validFor(open, noon, 'Asia/Shanghai'), open)
  const after = { after: Temporal.Duration.from('P7D') }
  const window = validFor(after, noon, 'Asia/Shanghai')
  equal(instantToText(window.to, 'Asia/Shanghai'), '2017-11-12T12:00:00+08:00')
  const batch = {
    title,
    terms: { kind: 'shop', off: '5.00' },
    quantity: 10,
    claim: november,
    validity: { from: november.from, to: '2017-11-30T00:00:00+08:00' },
  }
  deepEqual(problemsOf('coupon-batch:x', batch), ['validity.to'])
  deepEqual(problemsOf('coupon-batch:x', { ...batch, validity: { after: 'P7D' } }), [])
  deepEqual(problemsOf('coupon-batch:x', { ...batch, validity: { after: 'P0D' } }), [
    'validity.after',
  ])
})

test('IS-11 a code is read however it is typed, and differs with every bit', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), (bytes) => {
      const code = codeFrom(bytes)
      const plain = code.replaceAll('-', '')
      equal(plain.length, 16)
      equal(readCode(code), plain)
      equal(readCode(` ${code.toLowerCase().replaceAll('-', ' ')}`), plain)
      equal(readCode(code.replaceAll('0', 'o').replaceAll('1', 'l')), plain)
      const flipped = Uint8Array.from(bytes, (byte, n) => (n === 9 ? byte ^ 1 : byte))
      notEqual(codeFrom(flipped), code)
    }),
  )
  equal(codeFrom(new Uint8Array(10)), '0000-0000-0000-0000')
  for (const typed of [
    '',
    '0',
    'UUUU-UUUU-UUUU-UUUU',
    '0000-0000-0000-00000',
    '0000-0000-0000-000é',
  ]) {
    equal(readCode(typed), undefined)
  }
})

const allowance = {
  title,
  issue: open,
  usable: open,
  audience: 'all',
  amount: { least: asFen(100), most: asFen(5_000) },
  games: { mostPerDay: asFen(800), beyond: 'refuse' },
  funder: 'platform',
} as unknown as Allowance

test('IS-12 an allowance is given within its window and bounds', () => {
  const issue = (fen: number, when = noon) =>
    mayIssue(allowance, { memberId: 'lin' }, asFen(fen), when)
  deepEqual(issue(100), { ok: true })
  deepEqual(issue(5_000), { ok: true })
  deepEqual(issue(99), { ok: false, refusal: 'issuing/amount-out-of-range' })
  deepEqual(issue(5_001), { ok: false, refusal: 'issuing/amount-out-of-range' })
  deepEqual(issue(100, open.to), { ok: false, refusal: 'issuing/not-open' })
  const forSuper = { ...allowance, audience: { tiers: ['super'] } } as unknown as Allowance
  deepEqual(mayIssue(forSuper, { memberId: 'lin' }, asFen(100), noon), {
    ok: false,
    refusal: 'issuing/not-for-member',
    unlockedBy: { tiers: ['super'] },
  })
  const usable = { from: november.from, to: '2017-11-11T00:00:00+08:00' }
  deepEqual(problemsOf('allowance:x', { title, issue: november, usable }), ['usable.to'])
  const amount = { least: '2.00', most: '1.00' }
  deepEqual(problemsOf('allowance:x', { title, issue: november, usable: november, amount }), [
    'amount.most',
  ])
})

test('IS-13 games of a day never give more than its limit', () => {
  const game = (amount: number, today: number, beyond: 'refuse' | 'cut') =>
    earnInGame(
      { ...allowance, games: { mostPerDay: asFen(800), beyond } },
      { memberId: 'lin', amount: asFen(amount), today, at: noon },
    )
  const over = (left: number) => ({
    ok: false,
    refusal: 'issuing/daily-limit-reached',
    left,
  })
  deepEqual(game(800, 0, 'refuse'), { ok: true, amount: 800 })
  deepEqual(game(500, 400, 'refuse'), over(400))
  deepEqual(game(500, 400, 'cut'), { ok: true, amount: 400 })
  deepEqual(game(500, 800, 'cut'), over(0))
  deepEqual(game(99, 0, 'cut'), { ok: false, refusal: 'issuing/amount-out-of-range' })
  const { games: _, ...without } = allowance
  deepEqual(earnInGame(without, { memberId: 'lin', amount: asFen(100), today: 0, at: noon }), {
    ok: false,
    refusal: 'issuing/no-games',
  })
})

test('IS-14 a budget whose total does not fit its bounds is no policy', () => {
  const budget = {
    title,
    claim: november,
    validity: november,
    count: 10,
    least: '1.00',
    most: '2.00',
  }
  deepEqual(problemsOf('red-envelope:x', { ...budget, total: '15.00' }), [])
  deepEqual(problemsOf('red-envelope:x', { ...budget, total: '9.99' }), ['least'])
  deepEqual(problemsOf('red-envelope:x', { ...budget, total: '20.01' }), ['most'])
})

test('IS-17 the reference of an envelope names its policy', () => {
  const ref = envelopeRef('rain-2', 3, { number: 17, place: 4 })
  equal(policyOfEnvelope(ref), 'red-envelope:rain-2@3')
  equal(policyOfEnvelope('order:1'), undefined)
})
