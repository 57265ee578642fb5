import { z } from 'zod'
import { isFromOtherSite, setSession } from '#http/auth/session-cookie.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { ofBody, openAnswers } from '#http/route.ts'

const AccountSchema = z
  .object({
    account: z.string(),
    role: z.enum(['member', 'operator', 'merchant']),
    nickname: z.string(),
    hint: z.object({ zh: z.string(), en: z.string() }),
  })
  .meta({ id: 'DemoAccount', description: 'An account that anybody may try.' })

/** How long a visit of the demo lasts. */
export const demoLifeSeconds = 12 * 60 * 60

const accountsSchema = {
  operationId: 'listDemoAccounts',
  summary: 'The accounts of the demo',
  tags: ['Session'],
  response: openAnswers(
    {
      200: {
        description: 'To sign in as.',
        schema: z.object({ accounts: z.array(AccountSchema) }),
      },
    },
    ['demo/off'],
  ),
}

const signInSchema = {
  operationId: 'signInToDemo',
  summary: 'Sign in as an account of the demo',
  tags: ['Session'],
  body: z.strictObject({ account: z.string().min(1).max(64) }),
  response: openAnswers({ 200: { description: 'Signed in.', schema: AccountSchema } }, [
    ...ofBody,
    'demo/off',
    'demo/unknown-account',
    'requests/cross-site',
  ]),
}

export function demoRoutes(http: Http, { auth, demo }: HttpContext): void {
  const config = { access: 'anyone' as const }

  http.get('/demo/accounts', { schema: accountsSchema, config }, async (_request, reply) => {
    if (demo === undefined) return sendProblem(reply, { refusal: 'demo/off' })
    return reply.send({ accounts: [...demo.accounts] })
  })

  http.post('/demo/sign-in', { schema: signInSchema, config }, async (request, reply) => {
    if (demo === undefined) return sendProblem(reply, { refusal: 'demo/off' })
    if (isFromOtherSite(request)) return sendProblem(reply, { refusal: 'requests/cross-site' })
    const wanted = demo.accounts.find(({ account }) => account === request.body.account)
    if (wanted === undefined) return sendProblem(reply, { refusal: 'demo/unknown-account' })

    const token = await demo.tokenFor(wanted)
    setSession(reply, token, { ...auth, lifeSeconds: demoLifeSeconds })
    return reply.send(wanted)
  })
}
