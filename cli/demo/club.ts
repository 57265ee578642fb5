import { actor, type Act } from '#cli/demo/act.ts'
import { lastRefreshBefore } from '#cli/demo/club-story.ts'
import { roundsWhere } from '#db/membership/invitation-rounds.ts'
import { announcementsPage } from '#db/announced/announcements.ts'
import { makeAdvance } from '#operations/advances/make-advance.ts'
import { tellReturn, type TellReturn } from '#operations/advances/tell-return.ts'
import { settleBadges } from '#operations/badges/settle-badges.ts'
import { claimBenefit, type BenefitRequest } from '#operations/benefits/claim-benefit.ts'
import { returnBenefit } from '#operations/benefits/return-benefit.ts'
import { useBenefit } from '#operations/benefits/use-benefit.ts'
import { readAnnouncement } from '#operations/announcements/read-announcement.ts'
import { openRound } from '#operations/invitation/open-round.ts'
import { reviewRound } from '#operations/invitation/review-candidates.ts'
import { settleInvitations } from '#operations/invitation/settle-invitations.ts'
import { releaseRound } from '#operations/invitation/turn-round.ts'
import { buyYear } from '#operations/paid/buy-year.ts'
import { refreshScores } from '#operations/score/refresh.ts'
import { asFen } from '#rules/money/fen.ts'
import { isBefore } from '#rules/time/instants.ts'

/** Who has everything. */
const memberId = 'lin'

/**
 * What the members of the demo have of membership: scores of half a year, a tier, a year of paid
 * membership, benefits claimed, used and given back, returns that were paid in advance, and a round of
 * invitations that waits for an answer.
 */
export function club(founded: Temporal.ZonedDateTime): readonly Act[] {
  return [
    ...refreshes(founded),
    ...advances(),
    paidYear({ months: 3 }),
    claimed('return-card-weekly', { days: 26 }),
    used('return-card-weekly.1', { days: 24 }),
    claimed('hotel', { days: 21 }, { payment: { ref: 'demo-hotel-1', amountFen: 50_000 } }),
    claimed('video-membership', { days: 15 }),
    claimed('scratch-card', { days: 9 }, { word: 'lin' }),
    claimed('supermarket-voucher', { days: 4 }),
    claimed('shopping-red-packet', { days: 3 }),
    givenBack('shopping-red-packet.1', { days: 2, hours: 20 }),
    claimed('88vip-film-card', { days: 2 }),
    claimed('scratch-card', { hours: 5 }, { word: '2' }),
    ...invitations(String(founded.year)),
    readSoFar({ minutes: 5 }),
  ]
}

const months = 6

/** The eighth of each of the last months. */
function refreshes(founded: Temporal.ZonedDateTime): Act[] {
  const last = lastRefreshBefore(founded)
  return Array.from({ length: months }, (_, index) => {
    const at = last.subtract({ months: months - 1 - index })
    const month = at.toPlainDate().with({ day: 1 })
    return {
      ago: founded.since(at, { largestUnit: 'hours' }),
      name: `score/${month.toString()}`,
      act: async (context) => {
        const refreshed = await refreshScores(context, { month })
        await settleBadges(context, context.now)
        return refreshed
      },
    }
  })
}

/** One return of each kind: settled, turned down and paid back, on its way. */
function advances(): Act[] {
  return [
    advance('return-1', 'L1003', '2', { months: 3, days: 29 }),
    advance('return-2', 'L1107', '1', { days: 50 }),
    told('return-2/rejected', { returnId: 'return-2', turn: 'rejected' }, { days: 40 }),
    told(
      'return-2/repaid',
      { returnId: 'return-2', turn: 'repaid', amountFen: asFen(15_900) },
      { days: 39 },
    ),
    advance('return-3', 'L1004', '1', { days: 6 }),
  ]
}

function advance(returnId: string, orderId: string, line: string, ago: Temporal.DurationLike): Act {
  const returned = [{ line, quantity: 1 }]
  return {
    ago,
    name: returnId,
    act: (context, key) => makeAdvance(context, { memberId, returnId, orderId, returned }, key),
  }
}

type TurnOf<Told> = Told extends unknown ? Omit<Told, 'memberId'> : never

function told(name: string, turn: TurnOf<TellReturn>, ago: Temporal.DurationLike): Act {
  return { ago, name, act: (context, key) => tellReturn(context, { memberId, ...turn }, key) }
}

function paidYear(ago: Temporal.DurationLike): Act {
  const year = { memberId, paymentRef: 'demo-88', expectFen: 8_800 }
  return { ago, name: '88vip', act: (context, key) => buyYear(context, year, key) }
}

function claimed(
  slug: string,
  ago: Temporal.DurationLike,
  more: Pick<BenefitRequest, 'payment' | 'word'> = {},
): Act {
  return {
    ago,
    name: `benefit/${slug}/${Temporal.Duration.from(ago).toString()}`,
    act: (context, { idempotencyKey: key }) =>
      claimBenefit(context, { memberId, slug, ...more, caller: actor, key, at: context.now }),
  }
}

function used(claimId: string, ago: Temporal.DurationLike): Act {
  return {
    ago,
    name: `${claimId}/used`,
    act: (context) => useBenefit(context, { memberId, claimId, at: context.now }),
  }
}

function givenBack(claimId: string, ago: Temporal.DurationLike): Act {
  return {
    ago,
    name: `${claimId}/returned`,
    act: (context) => returnBenefit(context, { memberId, claimId, actor, at: context.now }),
  }
}

/** What was told more than a week before has been read. */
function readSoFar(ago: Temporal.DurationLike): Act {
  return {
    ago,
    name: 'notices',
    act: async ({ db, now }) => {
      const told = await announcementsPage(db, 'member', memberId, {
        unread: true,
        after: undefined,
        limit: 100,
      })
      const isOld = (at: Temporal.Instant): boolean => isBefore(at, now.subtract({ hours: 7 * 24 }))
      for (const { id, at } of told)
        if (isOld(at)) await readAnnouncement(db, 'member', { subjectId: memberId, id, at: now })
      return { ok: true }
    },
  }
}

/** Opened and released by one operator, reviewed by the other. */
function invitations(round: string): Act[] {
  const step = (name: string, days: number, act: Act['act']): Act => ({
    ago: { days },
    name: `invitation/${name}`,
    // Its turns can be told once only; whoever started later finds it further on.
    act: async (context, key) => {
      const [known] = await roundsWhere(context.db, { round })
      const isTold = known !== undefined && !['collecting', 'reviewing'].includes(known.status)
      return isTold ? { ok: true } : await act(context, key)
    },
  })
  return [
    step('opened', 8, async (context) => {
      const opened = await openRound(context, { round, actor: 'operator:mei', at: context.now })
      if (opened.ok) await settleInvitations(context, context.now)
      return opened
    }),
    step('released', 7, async (context) => {
      const by = { round, at: context.now }
      const accept = { accept: [], turnDown: [], acceptTop: 10, reason: '全年稳定消费，信用优秀' }
      const reviewed = await reviewRound(context, { ...by, ...accept, reviewer: 'operator:hao' })
      if (!reviewed.ok) return reviewed
      const released = await releaseRound(context, { ...by, actor: 'operator:mei' })
      if (released.ok) await settleInvitations(context, context.now)
      return released
    }),
  ]
}
