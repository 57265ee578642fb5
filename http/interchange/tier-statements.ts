import { z } from 'zod'
import type { StatementSigner } from '#http/auth/statement-signer.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { PartnerParamsSchema } from '#http/interchange/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, openAnswers } from '#http/route.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { stateTier } from '#operations/interchange/state-tier.ts'
import type { InterchangePolicy } from '#rules/members/interchange/policy.ts'
import { instantToText, isInside } from '#rules/time/instants.ts'

const tags = ['Interchange']
const TitleSchema = z.object({ zh: z.string(), en: z.string() })

const statementSchema = {
  operationId: 'stateTier',
  summary: 'A signed statement of a member’s tier for a partner',
  description:
    'A JWT (EdDSA) whose audience is the partner, with the keys of `GET /v1/tier-statement-keys`. A tier that a partner gave is never stated.',
  tags,
  params: PartnerParamsSchema,
  response: answers(
    {
      200: {
        description: 'The statement, and what it says.',
        schema: z.object({
          partner: z.string(),
          tier: z.string().meta({ description: 'Ours.', examples: ['super'] }),
          partnerTier: z.string().meta({ description: 'What it is worth there.' }),
          until: InstantTextSchema,
          statement: z.string().meta({ description: 'The JWT.' }),
        }),
      },
    },
    [
      'members/unknown',
      'members/sealed',
      'interchange/unknown-partner',
      'interchange/not-open',
      'interchange/nothing-to-state',
      'interchange/no-signer',
    ],
  ),
}

const keysSchema = {
  operationId: 'readTierStatementKeys',
  summary: 'The public keys that statements of tiers are signed with (JWKS)',
  tags,
  response: openAnswers(
    {
      200: {
        description: 'A JSON Web Key Set.',
        schema: z.object({ keys: z.array(z.record(z.string(), z.string())) }),
      },
    },
    [],
  ),
}

const partnersSchema = {
  operationId: 'listTierPartners',
  summary: 'Partners whose tiers are recognised now, with the mappings',
  tags,
  response: answers(
    {
      200: {
        description: 'The partners.',
        schema: z.object({
          partners: z.array(
            z.object({
              partner: z.string(),
              title: TitleSchema,
              from: InstantTextSchema,
              to: InstantTextSchema,
              evidence: z.array(z.string()),
              tiers: z.array(
                z.object({ name: z.string(), title: TitleSchema, gives: z.string().nullable() }),
              ),
              ours: z.array(z.object({ tier: z.string(), gives: z.string() })),
            }),
          ),
        }),
      },
    },
    [],
  ),
}

/** What partners are told of our tiers, and what members may match (IC-1, IC-6, IC-7). */
export function tierStatementRoutes(http: Http, context: HttpContext): void {
  const { market, policies, statements } = context
  const config = { access: ['member', 'service', 'operator'] as const }

  http.get(
    '/members/:memberId/tier-statements/:partner',
    { schema: statementSchema, config },
    async (request, reply) => {
      const { memberId, partner } = request.params
      const at = request.receivedAt
      const stated = await stateTier(context, { memberId, partner, at })
      if (!stated.ok) return sendProblem(reply, stated)
      if (statements === undefined) return sendProblem(reply, { refusal: 'interchange/no-signer' })

      const { tier, partnerTier, until } = stated.statement
      const signed = { memberId, partner, tier, partnerTier, at, until }
      const statement = await statements.sign(signed)
      const told = instantToText(until, market.zone)
      return reply.send({ partner, tier, partnerTier, until: told, statement })
    },
  )

  http.get(
    '/tier-statement-keys',
    { schema: keysSchema, config: { access: 'anyone' } },
    async (_request, reply) => await reply.send({ keys: keysOf(statements) }),
  )

  http.get('/tier-partners', { schema: partnersSchema, config }, async (request, reply) => {
    const at = request.receivedAt
    const names = [...policies.family('interchange').keys()].toSorted()
    const partners = names.flatMap((each) => {
      const policy = policies.at(each, at)?.policy as InterchangePolicy | undefined
      return policy === undefined || !isInside(at, policy.window)
        ? []
        : [partnerText(each.slice('interchange:'.length), policy, market.zone)]
    })
    return await reply.send({ partners })
  })
}

function keysOf(statements: StatementSigner | undefined): Record<string, string>[] {
  return statements === undefined ? [] : [{ ...statements.publicKey }]
}

function partnerText(partner: string, policy: InterchangePolicy, zone: string) {
  const { title, window, evidence, tiers, ours } = policy
  return {
    partner,
    title,
    from: instantToText(window.from, zone),
    to: instantToText(window.to, zone),
    evidence,
    tiers: tiers.map(({ gives = null, ...tier }) => ({ ...tier, gives })),
    ours,
  }
}
