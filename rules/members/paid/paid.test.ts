import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { turnYear } from '#rules/members/paid/due.ts'
import { PaidMembershipPolicySchema } from '#rules/members/paid/policy.ts'
import { offerYear, priceFor, tellAt } from '#rules/members/paid/purchase.ts'
import { refundYear } from '#rules/members/paid/refund.ts'
import { refuseReserved } from '#rules/members/paid/reserved.ts'
import { paidPeriodOf, type PaidYear } from '#rules/members/paid/year.ts'
import { lackOf } from '#rules/members/who.ts'
import type { BasketLine } from '#rules/pricing/basket.ts'

const zone = 'Asia/Shanghai'
const at = (text: string) => Temporal.Instant.from(`${text}+08:00`)
const title = { zh: '88VIP', en: '88VIP' }
const body = {
  title,
  prices: [{ scoreFrom: 1000, price: '88.00' }, { price: '888.00' }],
  renewal: { before: 'P30D' },
  refund: { within: 'P7D', used: 'nothing' },
  exclusive: { tags: ['88vip-only'] },
}
const policy = PaidMembershipPolicySchema.parse(body)
const august = at('2018-08-08T10:00:00')

function year(number: number, from: Temporal.Instant, changes: Partial<PaidYear> = {}): PaidYear {
  return {
    number,
    paymentRef: `pay-${number}`,
    priceFen: 8_800,
    score: 1_000,
    policy: 'paidMembership@1',
    boughtAt: from,
    from,
    to: from.add({ hours: 365 * 24 }),
    begunAt: null,
    warnedAt: null,
    endedAt: null,
    stoppedAt: null,
    refund: null,
    ...changes,
  }
}

test('PM-1 the first price whose score is reached, at equality', () => {
  deepEqual(priceFor(policy, 1_000), { priceFen: 8_800, score: 1_000, scoreFrom: 1_000 })
  deepEqual(priceFor(policy, 999), { priceFen: 88_800, score: 999 })
  const open = PaidMembershipPolicySchema.safeParse({
    title,
    prices: [{ scoreFrom: 1, price: '1.00' }],
  })
  equal(open.success, false)
})

test('PM-2 a year ends 365 days later at the same time of the day, by the calendar', () => {
  const ends = (from: string, where: string) => {
    const offer = offerYear(policy, 0, [], Temporal.Instant.from(from), where)
    return offer.ok ? offer.to.toString({ timeZone: where }) : offer.refusal
  }
  equal(ends('2018-08-08T10:00:00+08:00', zone), '2019-08-08T10:00:00+08:00')
  equal(ends('2019-08-08T10:00:00+08:00', zone), '2020-08-07T10:00:00+08:00')
  // 365 days on the clocks of Berlin, which were put forward in between: 23 hours in one of them.
  equal(ends('2018-03-26T10:00:00+02:00', 'Europe/Berlin'), '2019-03-26T10:00:00+01:00')
})

test('PM-3 a year is renewed from 30 days before its end, and the next begins there', () => {
  const running = year(1, august)
  const early = offerYear(policy, 500, [running], at('2019-07-09T09:59:59'), zone)
  equal(early.ok, false)
  equal(!early.ok && early.renewableFrom.toString({ timeZone: zone }), '2019-07-09T10:00:00+08:00')
  const offer = offerYear(policy, 500, [running], at('2019-07-09T10:00:00'), zone)
  deepEqual(offer, {
    ok: true,
    priceFen: 88_800,
    score: 500,
    from: running.to,
    to: at('2020-08-07T10:00:00'),
    isRenewal: true,
  })
  const next = year(2, running.to)
  equal(offerYear(policy, 0, [running, next], at('2019-07-09T10:00:00'), zone).ok, false)
  const after = offerYear(policy, 0, [running], running.to, zone)
  equal(after.ok && after.from.equals(running.to) && !after.isRenewal, true)
})

test('PM-4 years without a gap are one time; refunded and stopped ones are none', () => {
  const first = year(1, august)
  const second = year(2, first.to)
  const later = year(3, second.to.add({ hours: 1 }))
  deepEqual(paidPeriodOf([first, second]), { from: first.from, to: second.to })
  deepEqual(paidPeriodOf([first, second, later]), { from: later.from, to: later.to })
  const refund = { ref: 'r', at: august, refundFen: 1 }
  deepEqual(paidPeriodOf([first, { ...second, refund }]), { from: first.from, to: first.to })
  equal(paidPeriodOf([{ ...first, stoppedAt: august }]), undefined)
})

const unused = { uses: 0, savedFen: 0 }

test('PM-6 a year that has not begun comes back whole, however the running one was used', () => {
  const first = year(1, august)
  const second = year(2, first.to)
  const used = { uses: 9, savedFen: 90_000 }
  const now = at('2019-08-01T00:00:00')
  deepEqual(refundYear(policy, [first, second], 'pay-2', used, now, zone), {
    ok: true,
    refundFen: 8_800,
    why: 'notBegun',
  })
})

test('PM-7 within the time whole when nothing was used, else as the policy says', () => {
  const years = [year(1, august)]
  const refund = (used: typeof unused, when: string, terms: object = {}) =>
    refundYear(
      PaidMembershipPolicySchema.parse({ ...body, ...terms }),
      years,
      'pay-1',
      used,
      at(when),
      zone,
    )
  const intime = '2018-08-15T09:59:59'
  deepEqual(refund(unused, intime), { ok: true, refundFen: 8_800, why: 'notUsed' })
  deepEqual(refund(unused, '2018-08-15T10:00:00'), {
    ok: false,
    refusal: 'paid/refund-too-late',
    until: at('2018-08-15T10:00:00'),
  })
  const used = { uses: 2, savedFen: 1_234 }
  deepEqual(refund(used, intime), { ok: false, refusal: 'paid/used', ...used })
  const less = { refund: { within: 'P7D', used: 'lessSaved' } }
  deepEqual(refund(used, intime, less), { ok: true, refundFen: 7_566, why: 'lessSaved' })
  deepEqual(refund({ uses: 2, savedFen: 8_800 }, intime, less), {
    ok: false,
    refusal: 'paid/used',
    uses: 2,
    savedFen: 8_800,
  })
  deepEqual(refund(unused, intime, { refund: undefined }), {
    ok: false,
    refusal: 'paid/refund-too-late',
  })
})

test('PM-8 the year bought last is refunded first, and each once', () => {
  const first = year(1, august)
  const second = year(2, first.to)
  const refusal = (years: readonly PaidYear[], ref: string) => {
    const decided = refundYear(policy, years, ref, unused, august, zone)
    return decided.ok ? decided.why : decided.refusal
  }
  equal(refusal([first, second], 'pay-1'), 'paid/not-the-last')
  const gone = { ...second, refund: { ref: 'r', at: august, refundFen: 8_800 } }
  equal(refusal([first, gone], 'pay-1'), 'notUsed')
  equal(refusal([first, gone], 'pay-2'), 'paid/already-refunded')
  equal(refusal([first], 'pay-9'), 'paid/unknown')
  equal(refusal([{ ...first, stoppedAt: august }], 'pay-1'), 'paid/refund-too-late')
})

test('PM-9 beginning, the coming end and the end are told once, and not where the next follows', () => {
  const first = year(1, august)
  const warnAt = tellAt(policy, first, zone)
  equal(warnAt.toString({ timeZone: zone }), '2019-08-01T10:00:00+08:00')
  const turn = (one: PaidYear, years: readonly PaidYear[], by: Temporal.Instant) => {
    const { begins, isEnding, ends, year: turned, nextDue } = turnYear(one, years, warnAt, by)
    return { told: [begins, isEnding, ends], turned, nextDue }
  }
  const begun = turn(first, [first], august)
  deepEqual(begun.told, [true, false, false])
  deepEqual(begun.nextDue, warnAt)
  deepEqual(turn(begun.turned, [begun.turned], august).told, [false, false, false])
  const warned = turn(begun.turned, [begun.turned], warnAt)
  deepEqual(warned.told, [false, true, false])
  const over = turn(warned.turned, [warned.turned], first.to)
  deepEqual([over.told, over.nextDue], [[false, false, true], null])
  // However late it runs: the end that is over is not told beforehand.
  deepEqual(turn(begun.turned, [begun.turned], first.to).told, [false, false, true])
  const next = year(2, first.to)
  deepEqual(turn(begun.turned, [begun.turned, next], warnAt).told, [false, false, false])
  deepEqual(turn(warned.turned, [warned.turned, next], first.to).told, [false, false, false])
  const gone = { ...begun.turned, refund: { ref: 'r', at: august, refundFen: 1 } }
  deepEqual(turn(gone, [gone], first.to).told, [false, false, false])
})

test('PM-12 reserved goods are refused to all but paid members, by their lines', () => {
  const line = (id: string, tags: readonly string[]) => ({ id, tags }) as unknown as BasketLine
  const lines = [line('1', []), line('2', ['88vip-only'])]
  const { exclusive } = policy
  equal(refuseReserved(exclusive, lines, { paidMember: true }), undefined)
  equal(refuseReserved(undefined, lines, { paidMember: false }), undefined)
  equal(refuseReserved(exclusive, lines.slice(0, 1), { paidMember: false }), undefined)
  deepEqual(refuseReserved(exclusive, lines, { paidMember: false }), {
    ok: false,
    refusal: 'paid/lines-reserved',
    lines: ['2'],
    unlockedBy: { paidMember: true },
  })
})

test('PM-14 only what is missing is told', () => {
  const who = { tiers: ['super', 'apass'], scoreFrom: 1_000, paidMember: true } as const
  equal(lackOf(who, { tier: 'apass', score: 1_000, paidMember: true }), undefined)
  equal(lackOf({}, {}), undefined)
  deepEqual(lackOf(who, { tier: null, score: 2_000 }), {
    tiers: ['super', 'apass'],
    paidMember: true,
  })
  deepEqual(lackOf({ scoreFrom: 1 }, {}), { scoreFrom: 1 })
})
