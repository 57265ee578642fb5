import { Server } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import rateLimit from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'
import { callerId } from '#http/auth/caller.ts'
import { usualLimits, type Http, type HttpContext, type Limits } from '#http/context.ts'
import { ProblemError } from '#http/errors.ts'
import { sendProblem } from '#http/problems.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether the server is about to stop. */
    isDraining: () => boolean
    /** Takes no new connections and waits until those there are have been answered and have ended. */
    drain: () => Promise<void>
  }
  interface FastifyRequest {
    isInFlight: boolean
  }
}

const beatMs = 50
/** Work that keeps everything waiting for so long, again and again, means that there is too much of it. */
const latestBeatMs = 300
/** How much a single beat counts, and for how late at most: one late beat by itself is no overload. */
const weightOfBeat = 0.25
const mostLateMs = 600

/** For how long connections without a request are kept open for one that is on its way. */
const idleMs = 1_000
const longestAnswerMs = 10_000
/** A turn of the event loop so short found nothing to do. */
const quietTurnMs = 0.1
const mostTurns = 2_000

/**
 * Answers at once with 503 what could not be answered soon: when too many requests are in flight, or
 * the program is late by itself. What ends a flow has twice the room, so that it is served while new
 * flows are turned away.
 */
export function shedOverload(http: Http, limits: Partial<Limits> | undefined): void {
  const most = limits?.inFlight ?? usualLimits.inFlight
  const isLate = watchLateness(http)
  let inFlight = 0

  http.decorateRequest('isInFlight', false)
  http.addHook('onRequest', async (request, reply) => {
    const { unlimited, endsFlow } = request.routeOptions.config
    if (unlimited === true) return
    const room = endsFlow === true ? 2 * most : most
    if (inFlight >= room || (endsFlow !== true && isLate())) {
      return sendProblem(reply, { refusal: 'server/overloaded' })
    }
    request.isInFlight = true
    inFlight += 1
  })
  http.addHook('onResponse', async (request) => {
    if (request.isInFlight) inFlight -= 1
    request.isInFlight = false
  })
}

function watchLateness(http: Http): () => boolean {
  let beatAt = performance.now()
  let lateMs = 0
  const beat = setInterval(() => {
    const now = performance.now()
    lateMs += weightOfBeat * (Math.min(now - beatAt - beatMs, mostLateMs) - lateMs)
    beatAt = now
  }, beatMs)
  beat.unref()
  http.addHook('onClose', async () => clearInterval(beat))
  return () => lateMs > latestBeatMs
}

/** Counts requests by caller, by address where nobody has proved who he is, and tells the count in headers. */
export async function limitRates(http: Http, context: HttpContext): Promise<void> {
  const perMinute = context.limits?.perMinute ?? usualLimits.perMinute
  await http.register(rateLimit, {
    global: true,
    enableDraftSpec: true,
    timeWindow: 60_000,
    cache: 20_000,
    allowList: (request) => request.routeOptions.config.unlimited === true,
    keyGenerator: keyOf,
    max: (request) => {
      if (request.caller === null) return perMinute.strangers
      const isProgram = request.caller.role === 'service' || request.caller.by === 'key'
      return isProgram ? perMinute.programs : perMinute.people
    },
    errorResponseBuilder: () => new ProblemError('requests/too-many'),
  })
}

function keyOf(request: FastifyRequest): string {
  return request.caller === null ? `ip ${request.ip}` : callerId(request.caller)
}

/** Lets the server stop without cutting anybody off: every answer asks for a new connection elsewhere. */
export function makeDrainable(http: Http): void {
  let draining = false
  http.decorate('isDraining', () => draining)
  http.decorate('drain', async () => {
    draining = true
    if (!http.server.listening) return
    await stopListening(http.server)
    await connectionsEnd(http.server, idleMs)
    http.server.closeIdleConnections()
    await connectionsEnd(http.server, longestAnswerMs)
  })
  http.addHook('onSend', async (_request, reply) => {
    if (draining) reply.header('connection', 'close')
  })
}

/**
 * Takes no new connections, in a moment in which none is waiting to be taken: those would be reset with
 * what they have sent. Those that are open stay so, idle ones too, which the server's own way of closing
 * would cut off.
 */
async function stopListening(server: Server): Promise<void> {
  for (let turn = 0; turn < mostTurns; turn += 1) {
    const begun = performance.now()
    await new Promise(setImmediate)
    if (performance.now() - begun < quietTurnMs) break
  }
  Server.prototype.close.call(server)
}

/** Waits until clients have left, but no longer than so many milliseconds. */
async function connectionsEnd(server: Server, ms: number): Promise<void> {
  const deadline = performance.now() + ms
  while (performance.now() < deadline && (await openConnections(server)) > 0) await wait(10)
}

async function openConnections(server: Server): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  server.getConnections((error, count) => resolve(error === null ? count : 0))
  return await promise
}
