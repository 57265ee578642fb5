import { MemberBadgesSchema } from '#http/badges/schemas.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers } from '#http/route.ts'
import { MemberParamsSchema } from '#http/wallets/schemas.ts'
import { viewBadges, type BadgesView } from '#operations/badges/view-badges.ts'
import { dayOfNumber } from '#rules/time/day-numbers.ts'

const schema = {
  operationId: 'getBadges',
  summary: 'The badges and the level of a member',
  description:
    'Badges held, how far the next step of each is, the level and the next one, and what waits for a review.',
  tags: ['Badges'],
  params: MemberParamsSchema,
  response: answers({ 200: { description: 'The badges.', schema: MemberBadgesSchema } }, [
    'members/unknown',
    'badges/no-policy',
  ]),
}

export function readBadgesRoute(http: Http, context: HttpContext): void {
  http.get(
    '/members/:memberId/badges',
    { schema, config: { access: ['member', 'service', 'operator'] } },
    async (request, reply) => {
      const { memberId } = request.params
      const view = await viewBadges(context, memberId, request.receivedAt)
      if (!view.ok) return sendProblem(reply, view)

      return reply.send({
        memberId,
        policy: view.name,
        points: view.points,
        level: levelText(view, view.level),
        nextLevel: nextText(view),
        badges: view.progress.map(({ badge, have, next }) => {
          const own = view.awards.filter((award) => award.badge === badge)
          return {
            badge,
            title: view.titles.get(badge) ?? { zh: badge, en: badge },
            held: own
              .filter((award) => !award.waits)
              .map(({ step, day, policy }) => {
                return { step, reachedOn: dayOfNumber(day).toString(), policy }
              }),
            waiting: own.filter((award) => award.waits).map((award) => award.step),
            have,
            next: next ?? null,
          }
        }),
        waiting: Object.entries(view.waiting).map(([behaviour, facts]) => ({ behaviour, facts })),
      })
    },
  )
}

type Seen = Extract<BadgesView, { readonly ok: true }>

function levelText(view: Seen, name: string | null) {
  const level = view.policy.levels.ladder.find((each) => each.name === name)
  return level === undefined ? null : { name: level.name, title: level.title }
}

function nextText(view: Seen) {
  const { next } = view
  const level = next === undefined ? null : levelText(view, next.name)
  return level === null || next === undefined ? null : { ...level, missing: next.missing }
}
