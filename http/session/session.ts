import { z } from 'zod'
import { callerOf } from '#http/auth/authenticate.ts'
import { roles } from '#http/auth/caller.ts'
import { clearSession, isFromOtherSite, setSession } from '#http/auth/session-cookie.ts'
import { tokenVerifier } from '#http/auth/tokens.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, ofBody, openAnswers } from '#http/route.ts'

const SessionSchema = z
  .object({
    role: z.enum(roles),
    subject: z.string(),
    memberId: z.string().optional(),
    demo: z.boolean().meta({ description: 'Whether this server shows the demo.' }),
  })
  .meta({ id: 'Session', description: 'Who the caller is to this server.' })

const sessionSchema = {
  operationId: 'getSession',
  summary: 'Who I am',
  tags: ['Session'],
  response: answers({ 200: { description: 'The caller.', schema: SessionSchema } }, []),
}

const signInSchema = {
  operationId: 'signIn',
  summary: 'Keep a token as a session of this browser',
  tags: ['Session'],
  body: z.strictObject({ token: z.string().min(1).max(8_000) }),
  response: openAnswers(
    { 200: { description: 'Signed in: the cookie is set.', schema: SessionSchema } },
    [...ofBody, 'requests/cross-site', 'requests/unauthenticated'],
  ),
}

const signOutSchema = {
  operationId: 'signOut',
  summary: 'End the session of this browser',
  tags: ['Session'],
  response: openAnswers(
    {
      200: {
        description: 'The cookie is gone.',
        schema: z.object({ signedOut: z.literal(true) }),
      },
    },
    ['requests/cross-site'],
  ),
}

/** Sign-in, sign-out and who is signed in. */
export function sessionRoutes(http: Http, context: HttpContext): void {
  const { auth } = context
  const verifyToken = tokenVerifier(auth.issuers)
  const demo = context.demo !== undefined

  http.get(
    '/session',
    { schema: sessionSchema, config: { access: roles } },
    async (request, reply) => {
      const { role, subject, memberId } = callerOf(request)
      return reply.send({ role, subject, memberId, demo })
    },
  )

  http.post(
    '/sign-in',
    { schema: signInSchema, config: { access: 'anyone' } },
    async (request, reply) => {
      if (isFromOtherSite(request)) return sendProblem(reply, { refusal: 'requests/cross-site' })
      const { token } = request.body
      const verified = await verifyToken(token)
      if (verified === undefined) {
        return sendProblem(reply, { refusal: 'requests/unauthenticated' })
      }

      setSession(reply, token, { ...auth, lifeSeconds: secondsUntil(verified.endsAtMs) })
      const { role, subject, memberId } = verified.caller
      return reply.send({ role, subject, memberId, demo })
    },
  )

  http.post(
    '/sign-out',
    { schema: signOutSchema, config: { access: 'anyone' } },
    async (request, reply) => {
      if (isFromOtherSite(request)) return sendProblem(reply, { refusal: 'requests/cross-site' })
      clearSession(reply, auth)
      return reply.send({ signedOut: true })
    },
  )
}

/** Sessions end by the clock on the wall, like the tokens they hold. */
function secondsUntil(endMs: number): number {
  return Math.max(1, Math.floor((endMs - Temporal.Now.instant().epochMilliseconds) / 1_000))
}
