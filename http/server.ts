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
import { authenticate } from '#http/auth/authenticate.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { answerMalformed, handleErrors, ProblemError, refusedBy } from '#http/errors.ts'
import { tellEventsRoute } from '#http/events/tell-events.ts'
import { claimCouponRoutes } from '#http/issuing/claim-coupons.ts'
import { claimEnvelopesRoute } from '#http/issuing/claim-envelopes.ts'
import { earnInGameRoute } from '#http/issuing/earn-in-game.ts'
import { issueCouponRoutes } from '#http/issuing/issue-coupons.ts'
import { readCouponsRoute } from '#http/issuing/read-coupons.ts'
import { readJsonBody } from '#http/json-body.ts'
import { optInRoute } from '#http/members/opt-in.ts'
import { readMemberRoute } from '#http/members/read-member.ts'
import { changePoliciesRoutes } from '#http/policies/change-policies.ts'
import { readPoliciesRoutes } from '#http/policies/read-policies.ts'
import { sendProblem } from '#http/problems.ts'
import { demoRoutes } from '#http/session/demo.ts'
import { sessionRoutes } from '#http/session/session.ts'
import { checkDepthRoute } from '#http/settlement/check-depth.ts'
import { readSettlementRoute } from '#http/settlement/read-settlement.ts'
import { docsRoutes } from '#http/system/docs.ts'
import { healthRoutes } from '#http/system/health.ts'
import { logRequests, loggerFor } from '#http/system/log.ts'
import { marketRoutes } from '#http/system/market.ts'
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
  readWalletsRoutes(http, context)
  readLotsRoute(http, context)
  readEntriesRoutes(http, context)
  postCommandRoutes(http, context)
  quoteRoute(http, context)
  placeTradeRoutes(http, context)
  turnTradeRoutes(http, context)
  refundRoutes(http, context)
  readTradesRoutes(http, context)
  presaleRoutes(http, context)
  readCouponsRoute(http, context)
  claimCouponRoutes(http, context)
  issueCouponRoutes(http, context)
  claimEnvelopesRoute(http, context)
  earnInGameRoute(http, context)
  readSettlementRoute(http, context)
  checkDepthRoute(http, context)
  readPoliciesRoutes(http, context)
  changePoliciesRoutes(http, context)
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
        {
          name: 'Coupons',
          description: 'Coupons, codes, red envelopes and allowances for members.',
        },
        { name: 'Events', description: 'What happened elsewhere, told as CloudEvents.' },
        { name: 'Policies', description: 'Business rules as data, approved by a second person.' },
        {
          name: 'Settlement',
          description: 'Who paid which fen, and how deep discounts combine.',
        },
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
