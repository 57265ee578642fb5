import { join } from 'node:path'
import { createRemoteJWKSet } from 'jose'
import type { Config } from '#cli/config.ts'
import { startDatabase } from '#cli/database.ts'
import { demoAccounts } from '#cli/demo/accounts.ts'
import { seedDemo } from '#cli/demo/seed.ts'
import { foundMarket } from '#cli/found-market.ts'
import { listen } from '#cli/listen.ts'
import { startProgress, type Progress } from '#cli/progress.ts'
import { buildWeb } from '#cli/web-build.ts'
import { connect } from '#db/connection.ts'
import { readMarket, type Market } from '#db/market.ts'
import { openLocalIssuer, type LocalIssuer } from '#http/auth/local-issuer.ts'
import { usualLimits, type Demo, type HttpContext, type Limits } from '#http/context.ts'
import { buildServer } from '#http/server.ts'
import { demoLifeSeconds } from '#http/session/demo.ts'
import { startJobs } from '#jobs/runner.ts'
import { realClock, virtualClock, type Clock } from '#operations/clock.ts'
import { erasuresName, replayErasures } from '#operations/ending/erasure-list.ts'
import { openPolicyBook } from '#operations/policies/policy-book.ts'
import { openSender } from '#operations/webhooks/send.ts'

export type StartSettings = {
  readonly config: Config
  readonly home: string
  readonly market: string | undefined
  /** `undefined`: as is usual, which is with the database of its own. */
  readonly demo: boolean | undefined
}

/** A market that serves. */
export type RunningMarket = {
  readonly url: string
  readonly market: Market
  readonly clock: Clock
  readonly hasDemo: boolean
  readonly stop: () => Promise<void>
}

/** What was opened, to be closed in the other order. */
type Closers = (() => Promise<unknown>)[]

/**
 * Brings everything up: database, migrations, demo, web pages, server, jobs. `onLost` is called when the
 * database ended later and could not be brought back. What fails closes again what was opened.
 */
export async function runMarket(
  settings: StartSettings,
  onLost: (error: Error) => void,
): Promise<RunningMarket> {
  const closers: Closers = []
  const progress = startProgress('Starting jifen', steps)
  const stop = async (): Promise<void> => {
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close()
  }
  try {
    const running = await bringUp(settings, onLost, closers, progress)
    progress.finish('jifen is ready')
    return { ...running, stop }
  } catch (error) {
    progress.fail('jifen did not start')
    await stop()
    throw error
  }
}

const steps = 6

async function bringUp(
  { config, home, market: marketFile, demo: wantsDemo }: StartSettings,
  onLost: (error: Error) => void,
  closers: Closers,
  progress: Progress,
): Promise<Omit<RunningMarket, 'stop'>> {
  // The pages are built while the database starts: the one waits for the disk, the other computes.
  const pages = buildWeb()
  pages.catch(() => undefined)

  const say = (text: string): void => progress.update(0, text)
  const database = await startDatabase(home, say, onLost)
  closers.push(database.close)

  progress.update(1, 'Bringing the database up to date')
  const clock = config.JIFEN_CLOCK === undefined ? realClock() : virtualClock(config.JIFEN_CLOCK)
  await foundMarket(database.url, marketFile, clock.now())

  const db = connect(database.url, { as: 'application', size: config.JIFEN_CONNECTIONS })
  closers.push(async () => await db.destroy())
  const policies = await openPolicyBook(db)
  closers.push(async () => policies.close())
  const market = await readMarket(db)
  // A database that was restored from a backup has nobody in it who was erased since.
  const erasing = { db, policies, market, now: clock.now(), actor: 'jifen' }
  await replayErasures(erasing, join(home, 'anchors', erasuresName))

  progress.update(2, 'Telling the demo')
  const isDemo =
    (wantsDemo ?? database.embedded) && (await seedDemo({ db, policies, market, now: clock.now() }))

  progress.update(3, 'Building the web pages')
  const { folder: webRoot } = await pages

  const issuer = await openLocalIssuer(home)
  const demo = isDemo ? demoOf(issuer) : undefined
  const { statements } = issuer
  const sender = openSender({ allowPrivate: config.JIFEN_WEBHOOKS === 'private' })
  closers.push(sender.close)
  const webhooks = config.JIFEN_WEBHOOKS === 'off' ? undefined : sender.send
  const base = { db, policies, market, clock, statements, demo, webRoot, webhooks }
  const http = await buildServer({ ...base, ...httpSettings(config, issuer) })

  progress.update(4, 'Starting the jobs')
  const jobs = await startJobs({
    db,
    policies,
    market,
    url: database.url,
    clock,
    anchorsFolder: join(home, 'anchors'),
    webhooks,
    onFault: (what, error) => http.log.error({ err: error }, what),
  })
  closers.push(jobs.stop)

  // Last: whoever finds the port open, and is told that we are ready, finds everything running.
  progress.update(5, 'Opening the port')
  closers.push(async () => {
    await http.drain()
    await http.close()
  })
  const url = await listen(http, config)
  return { url, market, clock, hasDemo: isDemo }
}

function httpSettings(
  config: Config,
  issuer: LocalIssuer,
): Pick<HttpContext, 'auth' | 'limits' | 'logLevel' | 'trustProxy'> {
  const { JIFEN_JWT_ISSUER, JIFEN_JWT_AUDIENCE, JIFEN_JWKS_URL } = config
  const platform =
    JIFEN_JWT_ISSUER === undefined || JIFEN_JWKS_URL === undefined
      ? []
      : [
          {
            issuer: JIFEN_JWT_ISSUER,
            audience: JIFEN_JWT_AUDIENCE,
            keys: createRemoteJWKSet(new URL(JIFEN_JWKS_URL)),
          },
        ]
  return {
    auth: {
      issuers: [issuer, ...platform],
      https: config.JIFEN_PUBLIC_URL?.startsWith('https:') ?? false,
    },
    limits: limitsOf(config),
    logLevel: config.JIFEN_LOG,
    trustProxy: config.JIFEN_TRUST_PROXY,
  }
}

function limitsOf({ JIFEN_IN_FLIGHT, JIFEN_REQUESTS_PER_MINUTE }: Config): Partial<Limits> {
  const people = JIFEN_REQUESTS_PER_MINUTE
  const { programs } = usualLimits.perMinute
  return {
    ...(JIFEN_IN_FLIGHT === undefined ? {} : { inFlight: JIFEN_IN_FLIGHT }),
    ...(people === undefined
      ? {}
      : { perMinute: { people, strangers: people, programs: Math.max(people, programs) } }),
  }
}

function demoOf(issuer: LocalIssuer): Demo {
  return {
    accounts: demoAccounts,
    tokenFor: async ({ account, role }) => {
      const memberId = role === 'member' ? account : undefined
      const claims = { role, subject: account, memberId, lifeSeconds: demoLifeSeconds }
      return await issuer.sign(claims)
    },
  }
}
