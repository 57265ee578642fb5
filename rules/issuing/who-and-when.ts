import { z } from 'zod'
import { DurationSchema, InstantSchema, MemberIdSchema } from '#rules/fields.ts'
import { isBefore, isInside, type Window } from '#rules/time/instants.ts'

/** Half-open (TI-3). */
export const WindowSchema = z
  .strictObject({ from: InstantSchema, to: InstantSchema })
  .refine((window) => isBefore(window.from, window.to), {
    path: ['to'],
    error: 'A window ends after it begins.',
  })

/** Who may have it: everybody, or the members of a list (IS-8). */
export const AudienceSchema = z.union(
  [z.literal('all'), z.strictObject({ members: z.array(MemberIdSchema).min(1).max(10_000) })],
  { error: 'An audience is "all" or { "members": [...] }.' },
)

/** How long it can be used: a window, or so long after it was got (IS-10). */
export const ValiditySchema = z.union(
  [
    WindowSchema,
    z.strictObject({
      after: DurationSchema.refine((duration) => !duration.blank, {
        error: 'What is given does not lapse at once.',
      }),
    }),
  ],
  { error: 'A validity is { "from", "to" } or { "after": "P7D" }.' },
)

export type Audience = z.output<typeof AudienceSchema>
export type Validity = z.output<typeof ValiditySchema>

/** Whether what is claimed last can still be used (IS-10). */
export function lastsAsLongAs(validity: Validity, claim: Window): boolean {
  return !('to' in validity) || !isBefore(validity.to, claim.to)
}

/** What can be claimed: who may, when, and how often. */
export type Claimable = {
  readonly claim: Window
  readonly audience: Audience
  readonly perMember: number
}

export type ClaimRefusal =
  'issuing/not-open' | 'issuing/not-for-member' | 'issuing/member-limit-reached'

export type MayClaim =
  { readonly ok: true } | { readonly ok: false; readonly refusal: ClaimRefusal }

/** Whether a member that got `had` before may claim another (IS-8, IS-9). */
export function mayClaim(
  claimable: Claimable,
  claim: { readonly memberId: string; readonly had: number; readonly at: Temporal.Instant },
): MayClaim {
  if (!isInside(claim.at, claimable.claim)) return { ok: false, refusal: 'issuing/not-open' }
  return mayHave(claimable, claim)
}

/** As `mayClaim`, for what is given to the member whenever it is (IS-8, IS-9). */
export function mayHave(
  { audience, perMember }: Pick<Claimable, 'audience' | 'perMember'>,
  { memberId, had }: { readonly memberId: string; readonly had: number },
): MayClaim {
  if (audience !== 'all' && !audience.members.includes(memberId)) {
    return { ok: false, refusal: 'issuing/not-for-member' }
  }
  if (had >= perMember) return { ok: false, refusal: 'issuing/member-limit-reached' }
  return { ok: true }
}

/** From when until when something got at an instant can be used, by the calendar of the zone (IS-10). */
export function validFor(validity: Validity, at: Temporal.Instant, zone: string): Window {
  if ('from' in validity) return validity
  return { from: at, to: at.toZonedDateTimeISO(zone).add(validity.after).toInstant() }
}
