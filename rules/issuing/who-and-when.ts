import { z } from 'zod'
import { DurationSchema, InstantSchema, MemberIdSchema } from '#rules/fields.ts'
import { lackOf, whoKeys, type Being, type Who } from '#rules/members/who.ts'
import { isBefore, isInside, type Window } from '#rules/time/instants.ts'

/** Half-open (TI-3). */
export const WindowSchema = z
  .strictObject({ from: InstantSchema, to: InstantSchema })
  .refine((window) => isBefore(window.from, window.to), {
    path: ['to'],
    error: 'A window ends after it begins.',
  })

/**
 * Who may have it: everybody, the members of a list, those of tiers, a score or paid membership, or
 * whom it is given to unasked and nobody else (IS-8).
 */
export const AudienceSchema = z.union(
  [
    z.enum(['all', 'granted']),
    z.strictObject({ members: z.array(MemberIdSchema).min(1).max(10_000) }),
    z.strictObject(whoKeys).refine((who) => Object.keys(who).length > 0),
  ],
  {
    error:
      'An audience is "all", "granted", { "members": [...] } or { "tiers"?, "scoreFrom"?, "paidMember"? }.',
  },
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

export type Audience = 'all' | 'granted' | { readonly members: readonly string[] } | Who
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

/** `unlockedBy`: what the member would have to be. */
export type NotForMember = {
  readonly ok: false
  readonly refusal: 'issuing/not-for-member'
  readonly unlockedBy?: Who
}

export type MayClaim =
  | { readonly ok: true }
  | NotForMember
  | { readonly ok: false; readonly refusal: Exclude<ClaimRefusal, 'issuing/not-for-member'> }

/** Who claims, with what the member is where the audience asks for it. */
export type Claimer = Being & { readonly memberId: string }

/** Whether what a member is has to be known to tell whether he is of an audience (IS-8). */
export function asksForStanding(audience: Audience): boolean {
  return typeof audience === 'object' && !('members' in audience)
}

/** Why a member is not of an audience; `undefined`: he is (IS-8). */
export function lackOfAudience(audience: Audience, claimer: Claimer): NotForMember | undefined {
  const refused = { ok: false, refusal: 'issuing/not-for-member' } as const
  if (typeof audience === 'string') return undefined
  if ('members' in audience) {
    return audience.members.includes(claimer.memberId) ? undefined : refused
  }
  const unlockedBy = lackOf(audience, claimer)
  return unlockedBy === undefined ? undefined : { ...refused, unlockedBy }
}

/** Whether a member that got `had` before may claim another (IS-8, IS-9). */
export function mayClaim(
  claimable: Claimable,
  claim: Claimer & { readonly had: number; readonly at: Temporal.Instant },
): MayClaim {
  if (!isInside(claim.at, claimable.claim)) return { ok: false, refusal: 'issuing/not-open' }
  if (claimable.audience === 'granted') return { ok: false, refusal: 'issuing/not-for-member' }
  return mayHave(claimable, claim)
}

/** As `mayClaim`, for what is given to the member whenever it is (IS-8, IS-9). */
export function mayHave(
  { audience, perMember }: Pick<Claimable, 'audience' | 'perMember'>,
  claim: Claimer & { readonly had: number },
): MayClaim {
  const lack = lackOfAudience(audience, claim)
  if (lack !== undefined) return lack
  if (claim.had >= perMember) return { ok: false, refusal: 'issuing/member-limit-reached' }
  return { ok: true }
}

/** From when until when something got at an instant can be used, by the calendar of the zone (IS-10). */
export function validFor(validity: Validity, at: Temporal.Instant, zone: string): Window {
  if ('from' in validity) return validity
  return { from: at, to: at.toZonedDateTimeISO(zone).add(validity.after).toInstant() }
}
