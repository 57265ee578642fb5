// What the fake API answers of membership: one member who has everything, one who has nothing.
import { createHash, createHmac } from 'node:crypto'
import { assert } from '#rules/assert.ts'
import { drawPrize, messageOf } from '#rules/benefits/draw.ts'
import { advances, limit, noLimit } from '#test/support/fake-advances.ts'
import { badgesOf, benefitsOf, paidOf, scores, why } from '#test/support/fake-club-data.ts'

const titles = {
  ordinary: { zh: '普通会员', en: 'Ordinary member' },
  super: { zh: '超级会员', en: 'Super member' },
  apass: { zh: 'APASS会员', en: 'APASS member' },
} as const

const rung = (tier: keyof typeof titles, from: number, reached: boolean) => ({
  tier,
  title: titles[tier],
  from,
  byInvitation: tier === 'apass',
  reached,
})

const membership = {
  memberId: 'xiaoman',
  score: 1185,
  scoredFor: '2018-11',
  tier: 'super',
  tierBy: 'score',
  tierUntil: null,
  tierSince: '2018-07-08T02:00:00+08:00',
  paidMember: true,
  paidUntil: '2019-08-22T13:25:02+08:00',
  next: { tier: 'apass', missing: 1315, byInvitation: true },
  ladder: [rung('ordinary', 0, true), rung('super', 1000, true), rung('apass', 2500, false)],
  grants: [],
}

const nobody = {
  ...membership,
  memberId: 'newcomer',
  score: 0,
  scoredFor: null,
  tier: 'ordinary',
  tierSince: null,
  paidMember: false,
  paidUntil: null,
  next: { tier: 'super', missing: 1000, byInvitation: false },
  ladder: [rung('ordinary', 0, true), rung('super', 1000, false), rung('apass', 2500, false)],
}

const changes = [
  {
    number: 1,
    at: '2018-07-08T02:00:00+08:00',
    from: 'ordinary',
    to: 'super',
    cause: { type: 'refresh', month: '2018-07', score: 1121, previousScore: 996 },
  },
]

const invitation = {
  round: '2018',
  tier: 'apass',
  answer: 'invited',
  limits: [],
  respondBy: '2018-12-15T13:00:00+08:00',
}

const notices = (['jifen.tier.changed.v1', 'jifen.badge.awarded.v1'] as const).map((type, n) => ({
  announcementId: `notice:${n}`,
  type,
  at: `2018-11-0${8 - n}T02:00:00+08:00`,
  data: { from: 'ordinary', to: 'super', direction: 'up', badge: 'buyer', step: 'silver' },
  readAt: null as string | null,
}))

const seed = Buffer.alloc(32, 7)
const prizes = [
  { weight: 9_000, amountFen: 200 },
  { weight: 1_000, amountFen: 500 },
]

/** A draw that holds: by the secret, the word and the rules. */
function drawOf(memberId: string, claimId: string) {
  const mark = { memberId, claimId, number: 1, word: 'luck' }
  const bytes = createHmac('sha256', seed).update(messageOf(mark)).digest()
  const drawn = drawPrize(bytes, [9_000, 1_000])
  assert(drawn !== undefined, 'the first bytes give a ticket')
  return {
    claimId,
    epoch: {
      epoch: 'week:2018-10-29',
      commitment: createHash('sha256').update(seed).digest('hex'),
      opensAt: '2018-10-29T00:00:00+08:00',
      closesAt: '2018-11-05T00:00:00+08:00',
      seed: seed.toString('hex'),
    },
    number: mark.number,
    word: mark.word,
    message: messageOf(mark),
    policy: 'benefit:scratch-card@1',
    prizes,
    ticket: drawn.ticket,
    prize: drawn.prize,
    amountFen: prizes[drawn.prize]?.amountFen,
    drawnAt: '2018-11-01T12:00:00+08:00',
    holds: true,
  }
}

const claim = {
  claimId: 'hotel.1',
  benefit: 'hotel',
  policy: 'benefit:hotel@1',
  title: { zh: '酒店特权', en: 'Hotel nights' },
  status: 'claimed',
  period: 'year:2018-01-01',
  subject: null,
  price: { points: 500, moneyFen: 50_000 },
  paymentRef: 'pay-1',
  given: { kind: 'card', card: 'hotel', code: '9SF8-PSJ8-SAXE-T50K' } as object,
  claimedAt: '2018-11-01T12:00:00+08:00',
  usableFrom: '2018-11-01T12:00:00+08:00',
  expiresAt: '2019-11-01T12:00:00+08:00',
  endedAt: null as string | null,
  why: [],
}

const scratched = {
  ...claim,
  claimId: 'scratch-card.1',
  benefit: 'scratch-card',
  title: { zh: '积分刮刮卡', en: 'Scratch card' },
  price: { points: 200, moneyFen: 0 },
  given: { kind: 'draw', amountFen: 200 },
}

/** What a request for something of membership is answered with; `undefined`: it is about nothing here. */
export type ClubAnswer = { readonly status: number; readonly body: object } | undefined

type Asked = {
  readonly method: string
  readonly memberId: string
  /** Of the path, after the member. */
  readonly parts: readonly string[]
}

/** Membership as one fake API keeps it: claims, notices and invitations change as they do. */
export function fakeClub(): (asked: Asked) => ClubAnswer {
  const claims = [claim, scratched]
  const told = notices.map((notice) => ({ ...notice }))
  const invited = { ...invitation }

  return ({ method, memberId, parts }) => {
    const has = memberId === 'xiaoman'
    const [resource = '', id = '', turn] = parts
    if (method === 'POST') return turned(resource, id, turn)
    switch (resource) {
      case 'membership':
        return found(has ? membership : nobody)
      case 'tier-changes':
        return found({ changes: has ? changes : [] })
      case 'scores':
        return scoreAnswer(has, id)
      case 'invitations':
        return found({ invitations: has ? [invited] : [] })
      case 'benefits':
        return found(benefitsOf(has))
      case 'benefit-claims':
        return claimAnswer(memberId, has ? claims : [], id, turn)
      case 'paid-membership':
        return has ? found(paidOf) : problem('paid/no-policy')
      case 'badges':
        return has ? found(badgesOf) : problem('badges/no-policy')
      case 'advances':
        return found(has ? { limit, advances } : { limit: noLimit, advances: [] })
      case 'announcements':
        return found({
          announcements: has ? told : [],
          unread: has ? told.filter(({ readAt }) => readAt === null).length : 0,
        })
    }
    return undefined
  }

  function turned(resource: string, id: string, turn: string | undefined): ClubAnswer {
    if (resource === 'invitations') {
      invited.answer = turn === 'accept' ? 'joined' : 'declined'
      return found({ round: id, status: invited.answer })
    }
    if (resource === 'announcements') {
      const notice = told.find(({ announcementId }) => announcementId === id)
      if (notice === undefined) return undefined
      notice.readAt = '2018-11-11T10:23:45+08:00'
      return found(notice)
    }
    if (resource === 'benefits') {
      const fresh = { ...scratched, claimId: 'scratch-card.2' }
      claims.unshift(fresh)
      return { status: 201, body: fresh }
    }
    const at = claims.findIndex(({ claimId }) => claimId === id)
    const known = claims[at]
    if (known === undefined) return undefined
    const returned = { ...known, status: 'returned', endedAt: '2018-11-11T10:23:45+08:00' }
    claims[at] = returned
    return found(returned)
  }
}

function scoreAnswer(has: boolean, month: string): ClubAnswer {
  if (month === '') return found({ scores: has ? scores : [] })
  const score = scores.find((each) => has && each.month === month)
  if (score === undefined) return problem('score/unknown-month')
  return found({ ...score, window: ['2017-11-01', '2018-10-31'], why })
}

function claimAnswer(
  memberId: string,
  claims: readonly (typeof claim)[],
  id: string,
  part: string | undefined,
): ClubAnswer {
  if (id === '') return found({ claims })
  const known = claims.find(({ claimId }) => claimId === id)
  if (known === undefined) return problem('benefits/unknown-claim')
  return found(part === 'draw' ? drawOf(memberId, id) : known)
}

function found(body: object): ClubAnswer {
  return { status: 200, body }
}

function problem(code: string): ClubAnswer {
  return { status: 404, body: { type: 'about:blank', status: 404, code, title: 'Not here.' } }
}
