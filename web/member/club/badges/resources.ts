import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson } from '#web/kit/api.ts'
import { memberPath } from '#web/member/club/member-path.ts'
import { orNothing } from '#web/member/club/or-nothing.ts'
import { maybe } from '#web/member/maybe.ts'

const level = z.object({ name: z.string(), title: z.record(z.string(), z.string()) })

const BadgeSchema = z.object({
  badge: z.string(),
  title: z.record(z.string(), z.string()),
  held: z.array(z.object({ step: z.string(), reachedOn: z.string() })),
  waiting: z.array(z.string()).catch([]),
  have: z.int(),
  /** Nothing: every step is held. */
  next: maybe(z.object({ step: z.string(), needed: z.int(), missing: z.int() })),
})

/** One badge with the steps that are held, and how far the next is. */
export type Badge = z.output<typeof BadgeSchema>

const BadgesSchema = z.object({
  points: z.int(),
  level: maybe(level),
  nextLevel: maybe(level.extend({ missing: z.int() })),
  badges: z.array(BadgeSchema),
  waiting: z.array(z.object({ behaviour: z.string(), facts: z.int() })).catch([]),
})

/** The badges and the level of the member. */
export type Badges = z.output<typeof BadgesSchema>

/** `null`: the market has no badges. */
export function badgesQuery(memberId: string) {
  return queryOptions({
    queryKey: ['badges', memberId],
    queryFn: async ({ signal }) =>
      await orNothing(getJson(memberPath(memberId, 'badges'), BadgesSchema, signal)),
  })
}
