import { hash } from 'node:crypto'
import { decodeJwt, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { roles, type Caller } from '#http/auth/caller.ts'
import { MemberIdSchema } from '#rules/fields.ts'

/** Somebody whose tokens are taken. */
export type TokenIssuer = {
  readonly issuer: string
  readonly audience: string
  /** Finds the key a token names; the issuer's JWKS, or a key of our own. */
  readonly keys: JWTVerifyGetKey
}

/** An issuer's keys cannot be fetched at the moment, so its tokens can be neither taken nor refused. */
export class IssuerUnreachable extends Error {
  override readonly name = 'IssuerUnreachable'
}

/** Signatures by a private key only: never `none`, never a shared secret. */
const algorithms = ['EdDSA', 'Ed25519', 'ES256', 'RS256']

const ClaimsSchema = z.object({
  sub: z.string().min(1).max(200),
  role: z.enum(roles),
  member_id: MemberIdSchema.optional(),
  exp: z.number(),
})

/** A token that was verified is believed for this long, and never past its own end. */
const believedMs = 60_000
const mostKept = 10_000

/** Verifies tokens (JWT). What is not right about one is not told: `undefined` for all of it. */
export type VerifyToken = (token: string) => Promise<VerifiedToken | undefined>

export type VerifiedToken = { readonly caller: Caller; readonly endsAtMs: number }

/**
 * Makes the verifier for a set of issuers: signature, issuer, audience and end are checked, with 5 s
 * for clocks that differ. The time is that of the wall: sessions do not end by a virtual clock.
 */
export function tokenVerifier(issuers: readonly TokenIssuer[]): VerifyToken {
  const kept = new Map<string, VerifiedToken & { readonly untilMs: number }>()

  return async (token) => {
    const digest = hash('sha256', token)
    const nowMs = Temporal.Now.instant().epochMilliseconds
    const known = kept.get(digest)
    if (known !== undefined && nowMs < known.untilMs) return known
    kept.delete(digest)

    const verified = await verify(token, issuers)
    if (verified === undefined) return undefined
    const oldest = kept.keys().next()
    if (kept.size >= mostKept && oldest.done === false) kept.delete(oldest.value)
    kept.set(digest, { ...verified, untilMs: Math.min(verified.endsAtMs, nowMs + believedMs) })
    return verified
  }
}

async function verify(
  token: string,
  issuers: readonly TokenIssuer[],
): Promise<VerifiedToken | undefined> {
  const issuer = issuers.find((each) => each.issuer === claimedIssuer(token))
  if (issuer === undefined) return undefined
  try {
    const { payload } = await jwtVerify(token, issuer.keys, {
      issuer: issuer.issuer,
      audience: issuer.audience,
      algorithms,
      clockTolerance: 5,
      requiredClaims: ['exp', 'sub'],
    })
    return callerOf(payload)
  } catch (error) {
    if (isIssuersFault(error)) throw new IssuerUnreachable(issuer.issuer, { cause: error })
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}

/** The keys could not be fetched: nothing is known about the token. */
function isIssuersFault(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return true
  if (error instanceof errors.JOSEError) return error.code === errors.JOSEError.code
  return error instanceof TypeError && error.message === 'fetch failed'
}

function claimedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

/** A member is who `member_id` says, or `sub` where the platform's subjects are its member ids. */
function callerOf(payload: JWTPayload): VerifiedToken | undefined {
  const claims = ClaimsSchema.safeParse(payload)
  if (!claims.success) return undefined
  const { sub, role, member_id, exp } = claims.data
  const endsAtMs = exp * 1_000
  if (role !== 'member') return { caller: { role, subject: sub, by: 'token' }, endsAtMs }

  const memberId = MemberIdSchema.safeParse(member_id ?? sub)
  if (!memberId.success) return undefined
  return { caller: { role, subject: sub, memberId: memberId.data, by: 'token' }, endsAtMs }
}
