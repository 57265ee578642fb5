import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  mappingProblems,
  raisingCircle,
  type Interchange,
} from '#rules/members/interchange/circles.ts'
import {
  matchedFor,
  maySubmit,
  statementFor,
  tierFor,
  type EarlierMatch,
} from '#rules/members/interchange/match.ts'
import { InterchangePolicySchema } from '#rules/members/interchange/policy.ts'
import type { TierGrant } from '#rules/members/tiers/in-force.ts'
import { parsePolicy } from '#rules/policies/catalogue.ts'

const zone = 'Asia/Shanghai'
const at = Temporal.Instant.from('2017-06-10T10:00:00+08:00')
const title = { zh: '伙伴', en: 'Partner' }
const window = { from: '2017-06-01T00:00:00+08:00', to: '2018-06-01T00:00:00+08:00' }

const body = {
  title,
  window,
  tiers: [
    { name: 'silver', title },
    { name: 'gold', title, gives: 'super' },
  ],
  ours: [
    { tier: 'super', gives: 'silver' },
    { tier: 'apass', gives: 'gold' },
  ],
  lasts: 'P6M',
  evidence: ['card'],
}
const policy = InterchangePolicySchema.parse(body)

const ladder = [
  { name: 'ordinary', from: 0 },
  { name: 'super', from: 1_000 },
  { name: 'apass', from: 2_500, byInvitation: true as const },
]

const asked = { partnerTier: 'gold', evidenceKind: 'card', earlier: [], at, zone }

test('IC-1 a partner’s tier is worth what the mapping says, or nothing', () => {
  equal(tierFor(policy, 'gold'), 'super')
  equal(tierFor(policy, 'silver'), undefined)
  const refused = { ok: false, refusal: 'interchange/unknown-tier' }
  deepEqual(maySubmit(policy, { ...asked, partnerTier: 'silver' }), refused)
  deepEqual(maySubmit(policy, { ...asked, partnerTier: 'platinum' }), refused)
})

test('IC-2 only evidence of a kind that the policy takes is taken', () => {
  deepEqual(maySubmit(policy, asked), { ok: true, tier: 'super' })
  const refused = maySubmit(policy, { ...asked, evidenceKind: 'photo' })
  deepEqual(refused, { ok: false, refusal: 'interchange/unknown-evidence' })
})

test('IC-3 one proof at a time, and after a match the next only when its time is over', () => {
  const after = (earlier: EarlierMatch[], then = at) => {
    const may = maySubmit(policy, { ...asked, earlier, at: then })
    return may.ok ? 'may' : may.refusal
  }
  const open = { status: 'submitted', decidedAt: undefined } as const
  equal(after([open]), 'interchange/already-submitted')
  equal(after([{ status: 'refused', decidedAt: at }]), 'may')
  const lastYear = Temporal.Instant.from('2016-06-10T10:00:00+08:00')
  const inTime = lastYear.add({ milliseconds: 1 })
  equal(after([{ status: 'confirmed', decidedAt: lastYear }]), 'may')
  equal(after([{ status: 'confirmed', decidedAt: inTime }]), 'interchange/too-soon')
  equal(after([{ status: 'ended', decidedAt: inTime }]), 'interchange/too-soon')
})

test('IC-4 a match lasts as the policy says, and never past its window', () => {
  const first = matchedFor(policy, at, zone)
  equal(first?.to.toString(), '2017-12-10T02:00:00Z')
  const late = matchedFor(policy, Temporal.Instant.from('2018-03-01T00:00:00+08:00'), zone)
  equal(late?.to.equals(policy.window.to), true)
  equal(matchedFor(policy, policy.window.to, zone), undefined)
  const before = policy.window.from.subtract({ milliseconds: 1 })
  const refused = { ok: false, refusal: 'interchange/not-open' }
  deepEqual(maySubmit(policy, { ...asked, at: before }), refused)
})

function mapping(partner: string, change: object): Interchange {
  return { partner, policy: InterchangePolicySchema.parse({ ...body, ...change }) }
}

test('IC-5 a mapping by which a tier comes back higher is refused with the way', () => {
  deepEqual(mappingProblems(mapping('air', {}), ladder, []), [])
  const raising = mapping('air', { ours: [{ tier: 'ordinary', gives: 'gold' }] })
  deepEqual(mappingProblems(raising, ladder, []), [
    {
      path: 'tiers',
      message: 'Tiers would raise each other: ours/ordinary -> interchange:air/gold -> ours/super.',
    },
  ])
  // The partner's own ladder is not to be climbed either: silver gives super, and that gives gold.
  const theirs = mapping('air', {
    tiers: [
      { name: 'silver', title, gives: 'super' },
      { name: 'gold', title },
    ],
    ours: [{ tier: 'super', gives: 'gold' }],
  })
  equal(mappingProblems(theirs, ladder, []).length, 1)
})

test('IC-5 whoever follows matches among several partners never comes back higher', () => {
  const names = ['p1', 'p2', 'p3']
  const own = ['t0', 't1', 't2']
  const rungs = own.map((name, n) => ({ name, from: n * 1_000 }))
  const interchange = (partner: string) =>
    fc
      .record({
        gives: fc.array(fc.option(fc.constantFrom(...own), { nil: undefined }), {
          minLength: 3,
          maxLength: 3,
        }),
        ours: fc.array(fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }), {
          minLength: 3,
          maxLength: 3,
        }),
      })
      .map(({ gives, ours }): Interchange => {
        const tiers = ['a', 'b', 'c'].map((name, n) => ({ name, title, gives: gives[n] }))
        const given = own.flatMap((tier, n) =>
          ours[n] === undefined ? [] : [{ tier, gives: ours[n] }],
        )
        return mapping(partner, { tiers, ours: given })
      })
  fc.assert(
    fc.property(fc.tuple(...names.map(interchange)), fc.nat(2), fc.array(fc.nat(8)), walks),
    { numRuns: 300 },
  )

  function walks(partners: readonly Interchange[], start: number, steps: readonly number[]): void {
    const isSound = raisingCircle(rungs, partners) === undefined
    const alone = partners.every((each) => raisingCircle(rungs, [each]) === undefined)
    equal(isSound, alone)
    if (!isSound) return
    let height = start
    for (const step of steps) {
      const partner = partners[step % 3]?.policy
      const held = partner?.ours.findLast(({ tier }) => own.indexOf(tier) <= height)
      const back = partner?.tiers.find(({ name }) => name === held?.gives)?.gives
      if (back !== undefined) height = Math.max(height, own.indexOf(back))
    }
    ok(height <= start)
  }
})

test('IC-6 no mapping gives a tier by invitation, or one that is not on the ladder', () => {
  const tiers = [
    { name: 'silver', title, gives: 'diamond' },
    { name: 'gold', title, gives: 'apass' },
  ]
  const wrong = mapping('air', { tiers, ours: [{ tier: 'noble', gives: 'gold' }] })
  deepEqual(mappingProblems(wrong, ladder, []), [
    { path: 'tiers[0].gives', message: 'The ladder has no such tier.' },
    { path: 'tiers[1].gives', message: 'This tier is given by invitation only.' },
    { path: 'ours[0].tier', message: 'The ladder has no such tier.' },
  ])
})

const scored = {
  memberId: 'lin',
  score: 500,
  scoreTier: 'ordinary',
  paidFrom: undefined,
  paidUntil: undefined,
}

function grant(source: TierGrant['source'], tier: string, days: number): TierGrant {
  const to = at.add({ hours: 24 * days })
  return { grantId: source, source, tier, from: at, to, endedAt: undefined }
}

test('IC-6 a tier held by interchange alone is no base for a partner', () => {
  const member = { scored, ladder, at, zone }
  const grants = [grant('interchange', 'super', 100)]
  equal(statementFor(policy, { ...member, grants }), undefined)
  const both = [...grants, grant('legacy', 'super', 10)]
  equal(statementFor(policy, { ...member, grants: both })?.partnerTier, 'silver')
})

test('IC-7 a statement tells the highest that is worth something, and ends with what gives it', () => {
  const member = { scored: { ...scored, score: 1_500, scoreTier: 'super' }, ladder, at, zone }
  const byScore = statementFor(policy, { ...member, grants: [] })
  deepEqual([byScore?.tier, byScore?.partnerTier], ['super', 'silver'])
  equal(byScore?.until.equals(at.add({ hours: 24 * 30 })), true)
  const invited = statementFor(policy, { ...member, grants: [grant('invitation', 'apass', 5)] })
  deepEqual([invited?.tier, invited?.partnerTier], ['apass', 'gold'])
  equal(invited?.until.equals(at.add({ hours: 24 * 5 })), true)
  const lateAt = policy.window.to.subtract({ hours: 1 })
  const late = statementFor(policy, { ...member, grants: [], at: lateAt })
  equal(late?.until.equals(policy.window.to), true)
})

test('IC-1 a mapping whose tiers are not of the partner’s ladder is refused by its path', () => {
  const pathOf = (change: object) => {
    const read = parsePolicy('interchange:air', { ...body, ...change })
    return read.ok || read.refusal !== 'policies/invalid' ? undefined : read.problems[0]?.path
  }
  equal(pathOf({}), undefined)
  equal(pathOf({ ours: [{ tier: 'super', gives: 'bronze' }] }), 'ours')
  equal(pathOf({ tiers: [...body.tiers, body.tiers[0]] }), 'tiers')
  equal(pathOf({ lasts: 'P0D' }), 'lasts')
})
