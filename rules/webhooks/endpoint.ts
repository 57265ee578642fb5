import { z } from 'zod'
import type { AnnouncedSubject } from '#rules/webhooks/event.ts'

/** Where events are sent: https, and `http` only where private receivers are allowed (WH-1, WH-7). */
export const EndpointUrlSchema = z
  .url({ protocol: /^https?$/, error: 'An endpoint is an https URL.' })
  .max(1_000, { error: 'An endpoint has at most 1,000 characters.' })
  .regex(/^https?:\/\/[^\s/?#@\\]+([/?][^\s#\\]*)?$/i, {
    error: 'An endpoint has no user, no password and no part after #.',
  })
  .meta({ description: 'An https URL.', examples: ['https://example.com/jifen'] })

/** A type of events, the beginning of some (`jifen.enrolment.*`), or all: `*` (WH-1). */
export const WantedTypeSchema = z
  .string()
  .max(100)
  .regex(/^(\*|[a-z0-9]+([.-][a-z0-9]+)*(\.\*)?)$/, {
    error: 'A wanted type is a type of events, a beginning such as jifen.enrolment.*, or *.',
  })

/** What an endpoint wants, and of whom. */
export type Wants = {
  readonly types: readonly string[]
  /** Of one shop only; `null`: of the whole market. */
  readonly shopId: string | null
}

/** Whether an endpoint is sent an event (WH-1, WH-2). */
export function isWanted({ types, shopId }: Wants, event: AnnouncedSubject): boolean {
  if (shopId !== null && (event.of !== 'shop' || event.subjectId !== shopId)) return false
  return types.some((wanted) => {
    if (wanted === '*') return true
    return wanted.endsWith('.*')
      ? event.type.startsWith(wanted.slice(0, -1))
      : event.type === wanted
  })
}
