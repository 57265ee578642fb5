import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toldCause } from '#rules/members/tiers/cause.ts'
import { workOff, type Told } from '#rules/members/tiers/due.ts'
import { standingOf, tierInForce, type TierGrant } from '#rules/members/tiers/in-force.ts'
import { isInvitable, nextAfter, rankOf, tierOfScore } from '#rules/members/tiers/ladder.ts'
import { graceFrom, higherLevels, promisedTier } from '#rules/members/tiers/legacy.ts'
import { LadderSchema, LegacySchema, RiseSchema, type Ladder } from '#rules/members/tiers/policy.ts'
import { riseEnds, riseGrants } from '#rules/members/tiers/rise.ts'

const ladder: Ladder = [
  { name: 'ordinary', from: 0 },
  { name: 'super', from: 1000 },
  { name: 'apass', from: 2500, byInvitation: true },
]
const zone = 'Asia/Shanghai'

// Columns: score | tier | may be invited.
const scores = `
      0 | ordinary | no
    999 | ordinary | no
   1000 | super    | no
   2499 | super    | no
   2500 | super    | yes
 999999 | super    | yes
`

test('MT-1 a rung is reached by its own score', () => {
  for (const [score = '', tier] of rowsOf(scores)) equal(tierOfScore(Number(score), ladder), tier)
  equal(tierOfScore(100, [{ name: 'silver', from: 500 }]), null)
})

test('MT-1 a higher score never gives a lower tier', () => {
  const any = fc.integer({ min: 0, max: 4000 })
  fc.assert(
    fc.property(any, any, (a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)].map((score) =>
        rankOf(tierOfScore(score, ladder), ladder),
      )
      return (low ?? 0) <= (high ?? 0)
    }),
  )
})

test('MT-1 a ladder rises and names each tier once', () => {
  equal(LadderSchema.safeParse(ladder).success, true)
  equal(LadderSchema.safeParse([]).success, false)
  equal(LadderSchema.safeParse([ladder[1], ladder[0]]).success, false)
  equal(LadderSchema.safeParse([ladder[0], { name: 'ordinary', from: 5 }]).success, false)
})

test('MT-2 a score makes a candidate for the tier by invitation, and no more', () => {
  for (const [score = '', , invited] of rowsOf(scores)) {
    equal(isInvitable(Number(score), ladder) ? 'yes' : 'no', invited)
  }
})

test('MT-3 the highest of score and running grants is in force', () => {
  const june = instant('2017-06-15')
  const scored = scoredAs(1200)
  equal(tierInForce(scored, [], june, ladder).tier, 'super')
  const lower = grantOf('old', 'super')
  equal(tierInForce(scored, [lower], june, ladder).grant, undefined)
  equal(tierInForce(scoredAs(0), [lower], june, ladder).grant?.grantId, 'old')
  const both = [lower, grantOf('invited', 'apass')]
  equal(tierInForce(scored, both, june, ladder).grant?.grantId, 'invited')
  equal(tierInForce(scored, [grantOf('gone', 'platinum')], june, ladder).tier, 'super')
})

test('MT-3 of grants of one tier the one that lasts longest is told', () => {
  const short = grantOf('a', 'super', '2017-06-01', '2017-07-01')
  const long = grantOf('b', 'super', '2017-06-01', '2017-08-01')
  const told = standingOf(scoredAs(0), [short, long], instant('2017-06-15'), ladder)
  equal(told.tierUntil?.toString(), long.to.toString())
  deepEqual([told.tierBy, told.paidMember], ['operator', false])
})

test('MT-4 a grant runs from its first instant until before its last, or until it was ended', () => {
  const grant = grantOf('a', 'super', '2017-06-01', '2017-07-01')
  const ended = { ...grant, endedAt: instant('2017-06-20') }
  const tierAt = (each: TierGrant, at: Temporal.Instant) =>
    tierInForce(scoredAs(0), [each], at, ladder).tier
  const ms = { milliseconds: 1 }
  equal(tierAt(grant, grant.from.subtract(ms)), 'ordinary')
  equal(tierAt(grant, grant.from), 'super')
  equal(tierAt(grant, grant.to.subtract(ms)), 'super')
  equal(tierAt(grant, grant.to), 'ordinary')
  equal(tierAt(ended, ended.endedAt.subtract(ms)), 'super')
  equal(tierAt(ended, ended.endedAt), 'ordinary')
})

test('MT-4 in whatever steps the clock goes, the same changes are told', () => {
  const day = fc.integer({ min: 1, max: 60 })
  const spans = fc.array(fc.tuple(day, day, fc.constantFrom('super', 'apass')), { maxLength: 6 })
  fc.assert(
    fc.property(spans, fc.array(day, { maxLength: 8 }), (all, stops) => {
      const grants = all.map(([from, days, tier], n) => {
        const begin = dayNumber(from)
        return { ...grantOf(`g${n}`, tier), from: begin, to: begin.add({ hours: 24 * days }) }
      })
      const [first] = grants
        .map((each) => each.from)
        .toSorted((a, b) => Temporal.Instant.compare(a, b))
      const begin: Told = { ...scoredAs(0), tier: 'ordinary', nextDue: first }
      const inOne = workOff(begin, grants, dayNumber(200), ladder)

      const inSteps: unknown[] = []
      let told = begin
      for (const stop of [...stops.toSorted((a, b) => a - b), 200]) {
        const worked = workOff(told, grants, dayNumber(stop), ladder)
        inSteps.push(...worked.changes.map(({ at, to }) => [at.toString(), to.tier]))
        const tier = worked.changes.at(-1)?.to.tier ?? told.tier
        told = { ...told, tier, nextDue: worked.nextDue }
      }
      deepEqual(
        inOne.changes.map(({ at, to }) => [at.toString(), to.tier]),
        inSteps,
      )
      equal(told.tier, 'ordinary')
      equal(told.nextDue, undefined)
    }),
  )
})

test('MT-4 the end of paid membership is worked off when it comes', () => {
  const [from, until] = [instant('2017-06-01'), instant('2018-06-01')]
  const told: Told = {
    ...scoredAs(0),
    paidFrom: from,
    paidUntil: until,
    tier: 'ordinary',
    nextDue: until,
  }
  equal(workOff(told, [], until.subtract({ milliseconds: 1 }), ladder).paidEndedAt, undefined)
  equal(workOff(told, [], until, ladder).paidEndedAt?.toString(), until.toString())
  equal(standingOf(told, [], from, ladder).paidMember, true)
  equal(standingOf(told, [], until, ladder).paidMember, false)
})

test('MT-5 the tier of the refresh stays until the next, whatever becomes of the ladder', () => {
  const scored = { ...scoredAs(1200), scoreTier: 'super' }
  const steeper: Ladder = [
    { name: 'ordinary', from: 0 },
    { name: 'super', from: 1500 },
  ]
  equal(tierInForce(scored, [], instant('2017-06-15'), steeper).tier, 'super')
  const other: Ladder = [{ name: 'bronze', from: 0 }]
  equal(tierInForce(scored, [], instant('2017-06-15'), other).tier, 'bronze')
  equal(standingOf(scored, [], instant('2017-06-15'), undefined).tier, null)
})

const rise = RiseSchema.parse({
  points: 68,
  tiers: ['ordinary'],
  months: [6],
  grants: [
    { benefit: 'hotel-half-price', for: 'P1M' },
    { benefit: 'fresh-food-card', for: 'P1W' },
  ],
})
const risen = { score: 868, previousScore: 800, tier: 'ordinary', month: 6 }

test('MT-6 a rise of so many points grants the whole set, and one point less nothing', () => {
  deepEqual(riseGrants(risen, rise), rise.grants)
  deepEqual(riseGrants({ ...risen, score: 867 }, rise), [])
  deepEqual(riseGrants({ ...risen, previousScore: undefined }, rise), [])
  deepEqual(riseGrants(risen, undefined), [])
})

test('MT-6 the period of a grant is of the calendar of the zone', () => {
  const grant = { benefit: 'x', for: Temporal.Duration.from('P1M') }
  const until = riseEnds(grant, Temporal.Instant.from('2018-01-31T23:00:00+08:00'), zone)
  equal(until.toString(), '2018-02-28T15:00:00Z')
})

test('MT-7 a rise counts for the tiers and in the months of the policy', () => {
  deepEqual(riseGrants({ ...risen, tier: 'super' }, rise), [])
  deepEqual(riseGrants({ ...risen, tier: null }, rise), [])
  deepEqual(riseGrants({ ...risen, month: 7 }, rise), [])
  deepEqual(riseGrants({ ...risen, month: undefined }, rise), rise.grants)
})

const legacy = LegacySchema.parse({
  grace: 'P1Y',
  t: [
    { from: 1, tier: 'ordinary' },
    { from: 3, tier: 'super' },
  ],
  v: [{ from: 5, tier: 'super' }],
})
const policy = { tiers: ladder, legacy }

// Columns: T level | V level | the tier that is promised.
const levels = `
  - | - | null
  0 | 0 | null
  1 | - | ordinary
  2 | 4 | ordinary
  3 | - | super
  3 | 0 | super
  1 | 5 | super
  - | 6 | super
`

test('MT-8 old levels promise the higher of the two tiers', () => {
  for (const [t = '-', v = '-', tier] of rowsOf(levels)) {
    const told = { t: levelOf(t), v: levelOf(v) }
    equal(String(promisedTier(told, policy)), tier, `T${t} V${v}`)
  }
  equal(promisedTier({ t: 3 }, { tiers: ladder }), null)
  equal(promisedTier({ t: 3 }, { ...policy, tiers: [{ name: 'bronze', from: 0 }] }), null)
})

test('MT-9 the promise is kept for the period of grace, and told again it is of the higher levels', () => {
  const kept = graceFrom(Temporal.Instant.from('2017-06-08T00:00:00+08:00'), legacy, zone)
  equal(kept.to.toString(), '2018-06-07T16:00:00Z')
  deepEqual(higherLevels({ t: 1, v: 5 }, { t: 2 }), { t: 2, v: 5 })
  deepEqual(higherLevels({}, { v: 3 }), { t: undefined, v: 3 })
})

test('MT-10 what comes next is the rung above the tier in force', () => {
  deepEqual(nextAfter('ordinary', 900, ladder), { rung: ladder[1], missing: 100 })
  deepEqual(nextAfter('super', 2600, ladder), { rung: ladder[2], missing: 0 })
  equal(nextAfter('apass', 2600, ladder), undefined)
  deepEqual(nextAfter(null, 5, ladder), { rung: ladder[0], missing: 0 })
})

test('MT-11 what the staff wrote is for the staff', () => {
  const cause = {
    type: 'grantEnded',
    actor: 'operator:mei',
    reason: 'x',
    request: 'y',
    grantId: 'g',
  }
  deepEqual(toldCause(cause), { type: 'grantEnded', grantId: 'g' })
})

function rowsOf(table: string): string[][] {
  const lines = table.trim().split('\n')
  return lines.map((line) => line.split('|').map((cell) => cell.trim()))
}

function levelOf(text: string): number | undefined {
  return text === '-' ? undefined : Number(text)
}

function scoredAs(score: number) {
  const scoreTier = tierOfScore(score, ladder)
  return { memberId: 'm', score, scoreTier, paidFrom: undefined, paidUntil: undefined }
}

function grantOf(grantId: string, tier: string, from = '2017-06-01', to = '2018-06-01'): TierGrant {
  const window = { from: instant(from), to: instant(to) }
  return { grantId, source: 'operator', tier, ...window, endedAt: undefined }
}

function instant(day: string): Temporal.Instant {
  return Temporal.Instant.from(`${day}T00:00:00+08:00`)
}

function dayNumber(day: number): Temporal.Instant {
  return instant('2017-06-01').add({ hours: 24 * day })
}
