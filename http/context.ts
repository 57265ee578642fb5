import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { FastifyZodOpenApiTypeProvider } from 'fastify-zod-openapi'
import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import type { Access, Caller } from '#http/auth/caller.ts'
import type { StatementSigner } from '#http/auth/statement-signer.ts'
import type { TokenIssuer } from '#http/auth/tokens.ts'
import type { Clock } from '#operations/clock.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { Send } from '#operations/webhooks/send.ts'

/** All that the API serves from. */
export type HttpContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
  readonly clock: Clock
  readonly auth: AuthSettings
  /** Signs what partners are told of members; without it nothing is stated. */
  readonly statements?: StatementSigner | undefined
  /** Sends webhooks; without it none can be tried out. */
  readonly webhooks?: Send | undefined
  readonly limits?: Partial<Limits>
  readonly demo?: Demo | undefined
  /** The folder of the built web pages. */
  readonly webRoot?: string | undefined
  /** Whose word is taken for the address of a client: proxies in front of this server. */
  readonly trustProxy?: boolean | string | undefined
  /** `silent`, `info` ... Nothing personal is logged. */
  readonly logLevel?: string
}

export type AuthSettings = {
  /** Whose tokens are taken; the first one's are those that sign-in gives out. */
  readonly issuers: readonly TokenIssuer[]
  /** Whether people reach the server by https, so that cookies travel only there. */
  readonly https: boolean
}

/** How much is taken on. All are numbers of requests. */
export type Limits = {
  /** Served at the same time; the ends of what was begun (captures, events) get as many again. */
  readonly inFlight: number
  /** In a minute, by caller: people, programs, and addresses without any credentials. */
  readonly perMinute: {
    readonly people: number
    readonly programs: number
    readonly strangers: number
  }
  /** Failed proofs of who one is, in a minute, by address. */
  readonly failuresPerMinute: number
}

export const usualLimits: Limits = {
  inFlight: 128,
  perMinute: { people: 1_200, programs: 600_000, strangers: 1_200 },
  failuresPerMinute: 120,
}

/** An account that anybody may try in the demo. */
export type DemoAccount = {
  readonly account: string
  readonly role: 'member' | 'operator' | 'merchant'
  readonly nickname: string
  readonly hint: { readonly zh: string; readonly en: string }
}

export type Demo = {
  readonly accounts: readonly DemoAccount[]
  readonly tokenFor: (account: DemoAccount) => Promise<string>
}

/** The server while routes are added to it: schemas are zod, answers and requests typed by them. */
export type Http = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  FastifyZodOpenApiTypeProvider
>

declare module 'fastify' {
  interface FastifyRequest {
    /** The clock of the business, read once for each request. */
    receivedAt: Temporal.Instant
    /** Who asks; `null` where anybody may. */
    caller: Caller | null
  }
  interface FastifyContextConfig {
    /** Who may ask. Every route says it. */
    access?: Access
    /** Served before others when the server is busy: it ends what was begun. */
    endsFlow?: boolean
    /** Neither counted nor limited: probes and static files. */
    unlimited?: boolean
  }
}
