import { randomUUID } from 'node:crypto'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import fastify, { LogController } from 'fastify'
import {
  createSerializerCompiler,
  fastifyZodOpenApiPlugin,
  fastifyZodOpenApiTransformers,
  validatorCompiler,
  type FastifyZodOpenApiTypeProvider,
} from 'fastify-zod-openapi'
import { advancesRoutes } from '#http/advances/advances.ts'
import { turnAdvancesRoutes } from '#http/advances/turn-advances.ts'
import { authenticate } from '#http/auth/authenticate.ts'
import { behaviourReportRoute } from '#http/badges/behaviour-report.ts'
import { readBadgesRoute } from '#http/badges/read-badges.ts'
import { reviewSuspicionsRoutes } from '#http/badges/review-suspicions.ts'
import { claimBenefitsRoutes } from '#http/benefits/claim-benefits.ts'
import { grantBenefitsRoutes } from '#http/benefits/grant-benefits.ts'
import { readBenefitsRoutes } from '#http/benefits/read-benefits.ts'
import { readDrawsRoutes } from '#http/benefits/read-draws.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { answerMalformed, handleErrors, ProblemError, refusedBy } from '#http/errors.ts'
import { tellEventsRoute } from '#http/events/tell-events.ts'
import { answerInvitationRoutes } from '#http/invitation/answer-invitation.ts'
import { invitationCandidateRoutes } from '#http/invitation/candidates.ts'
import { invitationRoundRoutes } from '#http/invitation/rounds.ts'
import { claimCouponRoutes } from '#http/issuing/claim-coupons.ts'
import { claimEnvelopesRoute } from '#http/issuing/claim-envelopes.ts'
import { earnInGameRoute } from '#http/issuing/earn-in-game.ts'
import { issueCouponRoutes } from '#http/issuing/issue-coupons.ts'
import { readCouponsRoute } from '#http/issuing/read-coupons.ts'
import { tierMatchRoutes } from '#http/interchange/tier-matches.ts'
import { tierStatementRoutes } from '#http/interchange/tier-statements.ts'
import { readJsonBody } from '#http/json-body.ts'
import { optInRoute } from '#http/members/opt-in.ts'
import { readMemberRoute } from '#http/members/read-member.ts'
import { announcementRoutes } from '#http/announced/announcements.ts'
import { readMembershipRoutes } from '#http/membership/read-membership.ts'
import { tierGrantRoutes } from '#http/membership/tier-grants.ts'
import { paidMembershipRoutes } from '#http/paid/paid-membership.ts'
import { changePoliciesRoutes } from '#http/policies/change-policies.ts'
import { readPoliciesRoutes } from '#http/policies/read-policies.ts'
import { sendProblem } from '#http/problems.ts'
import { demoRoutes } from '#http/session/demo.ts'
import { sessionRoutes } from '#http/session/session.ts'
import { checkDepthRoute } from '#http/settlement/check-depth.ts'
import { readSettlementRoute } from '#http/settlement/read-settlement.ts'
import { readScoresRoutes } from '#http/score/read-scores.ts'
import { refreshMemberRoute } from '#http/score/refresh-member.ts'
import { shopsApi, tagsOfShops } from '#http/shops-api.ts'
import { docsRoutes } from '#http/system/docs.ts'
import { healthRoutes } from '#http/system/health.ts'
import { logRequests, loggerFor } from '#http/system/log.ts'
import { marketRoutes } from '#http/system/market.ts'
import { endingRoutes } from '#http/ending/ending.ts'
import { erasureRoutes } from '#http/ending/erasure.ts'
import { measure } from '#http/system/metrics.ts'
import { webPages } from '#http/system/web-pages.ts'
import { limitRates, makeDrainable, shedOverload } from '#http/traffic.ts'
import { quoteRoute } from '#http/quotes/quote-basket.ts'
import { placeTradeRoutes } from '#http/trades/place-trade.ts'
import { presaleRoutes } from '#http/trades/presales.ts'
import { readTradesRoutes } from '#http/trades/read-trades.ts'
import { refundRoutes } from '#http/trades/refunds.ts'
import { turnTradeRoutes } from '#http/trades/turn-trade.ts'
import { postCommandRoutes } from '#http/wallets/post-commands.ts'
import { readEntriesRoutes } from '#http/wallets/read-entries.ts'
import { readLotsRoute } from '#http/wallets/read-lots.ts'
import { readWalletsRoutes } from '#http/wallets/read-wallets.ts'

const bodyLimit = 1024 * 1024
const slowestMs = 30_000

/** Builds the server with all its routes, ready to listen or to be asked by `inject`. */
export async function buildServer(context: HttpContext): Promise<Http> {
  const http = fastify({
    loggerInstance: loggerFor(context.logLevel ?? 'silent'),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit,
    requestTimeout: slowestMs,
    handlerTimeout: slowestMs,
    keepAliveTimeout: 72_000,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    trustProxy: context.trustProxy ?? false,
    routerOptions: { maxParamLength: 700 },
    // A request without a Host is refused below, as a problem; Node would send an empty answer.
    http: {
      headersTimeout: 15_000,
      connectionsCheckingInterval: 5_000,
      requireHostHeader: false,
    },
    clientErrorHandler: answerMalformed,
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, refusedBy(error)),
  }).withTypeProvider<FastifyZodOpenApiTypeProvider>()
  http.setValidatorCompiler(validatorCompiler)
  http.setSerializerCompiler(createSerializerCompiler({ stringify: JSON.stringify }))

  handleErrors(http)
  readBodies(http)
  makeDrainable(http)
  stampRequests(http, context)
  logRequests(http)
  await secureHeaders(http, context)
  await describe(http)
  shedOverload(http, context.limits)
  await http.register(cookie)
  await limitRates(http, context)
  authenticate(http, context)
  measure(http, context)

  await http.register(async (api: Http) => v1(api, context), { prefix: '/v1' })
  healthRoutes(http, context)
  await http.register(docsRoutes)
  await http.register(async (pages: Http) => await webPages(pages, context.webRoot))
  await http.ready()
  return http
}

async function v1(http: Http, context: HttpContext): Promise<void> {
  http.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
  sessionRoutes(http, context)
  demoRoutes(http, context)
  marketRoutes(http, context)
  readMemberRoute(http, context)
  optInRoute(http, context)
  endingRoutes(http, context)
  erasureRoutes(http, context)
  readWalletsRoutes(http, context)
  readLotsRoute(http, context)
  readEntriesRoutes(http, context)
  postCommandRoutes(http, context)
  quoteRoute(http, context)
  placeTradeRoutes(http, context)
  turnTradeRoutes(http, context)
  refundRoutes(http, context)
  advancesRoutes(http, context)
  turnAdvancesRoutes(http, context)
  readTradesRoutes(http, context)
  presaleRoutes(http, context)
  readBadgesRoute(http, context)
  reviewSuspicionsRoutes(http, context)
  behaviourReportRoute(http, context)
  readBenefitsRoutes(http, context)
  claimBenefitsRoutes(http, context)
  readDrawsRoutes(http, context)
  grantBenefitsRoutes(http, context)
  readCouponsRoute(http, context)
  claimCouponRoutes(http, context)
  issueCouponRoutes(http, context)
  claimEnvelopesRoute(http, context)
  earnInGameRoute(http, context)
  readMembershipRoutes(http, context)
  tierGrantRoutes(http, context)
  announcementRoutes(http, context)
  invitationRoundRoutes(http, context)
  invitationCandidateRoutes(http, context)
  answerInvitationRoutes(http, context)
  tierMatchRoutes(http, context)
  tierStatementRoutes(http, context)
  readScoresRoutes(http, context)
  refreshMemberRoute(http, context)
  paidMembershipRoutes(http, context)
  readSettlementRoute(http, context)
  checkDepthRoute(http, context)
  readPoliciesRoutes(http, context)
  changePoliciesRoutes(http, context)
  shopsApi(http, context)
  await http.register(async (events: Http) => await tellEventsRoute(events, context))
}

/** JSON only, and read strictly. A body that is packed is not unpacked. */
function readBodies(http: Http): void {
  http.removeAllContentTypeParsers()
  http.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: unknown, bytes: Buffer) => readJsonBody(bytes),
  )
  http.addHook('onRequest', async (request) => {
    const encoding = request.headers['content-encoding'] ?? 'identity'
    if (encoding !== 'identity') throw new ProblemError('requests/media-type')
  })
}

function stampRequests(http: Http, { clock }: HttpContext): void {
  http.decorateRequest('receivedAt')
  http.addHook('onRequest', async (request, reply) => {
    request.receivedAt = clock.now()
    reply.header('x-request-id', request.id)
    const { httpVersion, headers } = request.raw
    if (httpVersion === '1.1' && headers.host === undefined) {
      throw new ProblemError('requests/malformed')
    }
  })
}

/** Nothing from other hosts, no page in a frame of others; https for good where it is used. */
async function secureHeaders(http: Http, { auth }: HttpContext): Promise<void> {
  await http.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    strictTransportSecurity: auth.https ? { maxAge: 31_536_000 } : false,
  })
}

async function describe(http: Http): Promise<void> {
  http.addHook('onRoute', ({ schema, config, url }) => {
    if (schema === undefined || schema.hide === true) return
    const access = config?.access
    if (access === undefined) throw new TypeError(`The route ${url} says who may ask.`)
    const isOpen = access === 'anyone'
    schema.security = isOpen ? [] : [{ bearer: [] }, { session: [] }]
    Object.assign(schema, { 'x-access': isOpen ? ['anyone'] : [...access] })
  })
  await http.register(fastifyZodOpenApiPlugin)
  await http.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'jifen',
        description:
          'Points of a marketplace: facts in, value kept exactly, every entry explained.',
        version: '1',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: [
        { name: 'Members', description: 'Who they are, and which events they joined.' },
        { name: 'Wallets', description: 'What members hold, and why.' },
        { name: 'Postings', description: 'Put in, spend, reserve, undo: once for each key.' },
        {
          name: 'Trades',
          description: 'Baskets priced, placed, paid, shipped, received and refunded.',
        },
        { name: 'Benefits', description: 'What members may claim, and how a draw is proved.' },
        {
          name: 'Coupons',
          description: 'Coupons, codes, red envelopes and allowances for members.',
        },
        {
          name: 'Instant refund',
          description: 'Refunds paid before the goods are back, and what became of them.',
        },
        { name: 'Membership', description: 'Score, tiers, benefits, and what members are told.' },
        {
          name: 'Invitations',
          description: 'Yearly rounds of invitations to a tier with a limited number of places.',
        },
        {
          name: 'Interchange',
          description: 'Tiers that partner programs and ours recognise of each other.',
        },
        { name: 'Badges', description: 'Badges, levels, and the watch against gaming.' },
        { name: 'Events', description: 'What happened elsewhere, told as CloudEvents.' },
        { name: 'Policies', description: 'Business rules as data, approved by a second person.' },
        {
          name: 'Settlement',
          description: 'Who paid which fen, and how deep discounts combine.',
        },
        ...tagsOfShops,
        { name: 'Market', description: 'What this deployment is.' },
        { name: 'Session', description: 'Who asks.' },
        { name: 'System', description: 'For those who run it.' },
      ],
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'A token (JWT), or an API key `jf_...`.',
          },
          session: { type: 'apiKey', in: 'cookie', name: 'jifen_session' },
        },
      },
    },
    ...fastifyZodOpenApiTransformers,
  })
}
