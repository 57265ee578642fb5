import type { FastifyRequest } from 'fastify'
import { keyVerifier } from '#http/auth/api-keys.ts'
import type { Caller } from '#http/auth/caller.ts'
import { ownerOfShops, type OwnsShop } from '#http/auth/shop-owner.ts'
import { isFromOwnPage, sessionCookie } from '#http/auth/session-cookie.ts'
import { tokenVerifier } from '#http/auth/tokens.ts'
import { usualLimits, type Http, type HttpContext } from '#http/context.ts'
import { sendProblem, type ProblemCode } from '#http/problems.ts'

/**
 * Lets a route be reached only by those it names: by a bearer token (JWT or API key), else by the
 * session cookie. A member that asks about another member, or a merchant about another's shop, gets the
 * answer for one that does not exist.
 */
export function authenticate(http: Http, context: HttpContext): void {
  const identify = identifier(context)
  const ownsShop = ownerOfShops(context.db)
  const countFailure = http.createRateLimit({
    max: context.limits?.failuresPerMinute ?? usualLimits.failuresPerMinute,
    timeWindow: 60_000,
    keyGenerator: (request) => `failed ${request.ip}`,
  })

  http.decorateRequest('caller', null)
  http.addHook('onRequest', async (request, reply) => {
    const { access } = request.routeOptions.config
    if (access === undefined || access === 'anyone') return

    const found = await identify(request)
    if (typeof found === 'string') {
      const failures = await countFailure(request)
      const isTooMany = !failures.isAllowed && failures.isExceeded
      return sendProblem(reply, { refusal: isTooMany ? 'requests/too-many' : found })
    }
    if (!access.includes(found.role)) return sendProblem(reply, { refusal: 'requests/forbidden' })
    const foreign = await foreignTo(found, request, ownsShop)
    if (foreign !== undefined) return sendProblem(reply, { refusal: foreign })
    request.caller = found
  })
}

/** Who asks. Only for routes that name who may. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new TypeError('the route names who may ask')
  return request.caller
}

type Identify = (request: FastifyRequest) => Promise<Caller | ProblemCode>

function identifier(context: HttpContext): Identify {
  const verifyToken = tokenVerifier(context.auth.issuers)
  const verifyKey = keyVerifier(context.db)

  return async (request) => {
    const bearer = bearerOf(request)
    if (bearer !== undefined) {
      const isKey = bearer.startsWith('jf_')
      const caller = isKey ? await verifyKey(bearer) : (await verifyToken(bearer))?.caller
      return caller ?? 'requests/unauthenticated'
    }

    const session = request.cookies[sessionCookie]
    if (session === undefined) return 'requests/unauthenticated'
    const verified = await verifyToken(session)
    if (verified === undefined) return 'requests/unauthenticated'
    if (!isSafe(request) && !isFromOwnPage(request)) return 'requests/cross-site'
    return { ...verified.caller, by: 'session' }
  }
}

/** The bearer token; empty when the header says something else, which proves nothing. */
function bearerOf(request: FastifyRequest): string | undefined {
  const header = request.headers.authorization
  if (header === undefined) return undefined
  return /^Bearer +([^\s]+)$/i.exec(header)?.[1] ?? ''
}

function isSafe(request: FastifyRequest): boolean {
  return request.method === 'GET' || request.method === 'HEAD'
}

/** What the caller is told of somebody else's path; `undefined`: it is its own, or nobody's. */
async function foreignTo(
  caller: Caller,
  request: FastifyRequest,
  ownsShop: OwnsShop,
): Promise<ProblemCode | undefined> {
  const { memberId, merchantId, shopId } = request.params as {
    readonly memberId?: string
    readonly merchantId?: string
    readonly shopId?: string
  }
  if (caller.role === 'member') {
    return memberId !== undefined && memberId !== caller.memberId ? 'members/unknown' : undefined
  }
  if (caller.role !== 'merchant') return undefined
  if (merchantId !== undefined && merchantId !== caller.subject) return 'merchants/unknown'
  if (shopId !== undefined && !(await ownsShop(caller.subject, shopId))) return 'shops/unknown'
  return undefined
}
