import type { FastifyReply, FastifyRequest } from 'fastify'

export const sessionCookie = 'jifen_session'

/** Keeps a token in the browser, out of reach of its scripts and of other sites. */
export function setSession(
  reply: FastifyReply,
  token: string,
  settings: { readonly https: boolean; readonly lifeSeconds: number },
): void {
  reply.setCookie(sessionCookie, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: settings.https,
    maxAge: settings.lifeSeconds,
  })
}

/** Ends the session of this browser. */
export function clearSession(reply: FastifyReply, settings: { readonly https: boolean }): void {
  reply.clearCookie(sessionCookie, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: settings.https,
  })
}

/** Whether a browser says that a page of ours asks: by Sec-Fetch-Site, else by an Origin that is this host. */
export function isFromOwnPage(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  return isOwnOrigin(request)
}

/** Whether a browser says that a page of another site asks. A program that is no browser says nothing. */
export function isFromOtherSite(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  return request.headers.origin !== undefined && !isOwnOrigin(request)
}

function isOwnOrigin(request: FastifyRequest): boolean {
  const { origin, host } = request.headers
  if (origin === undefined || host === undefined || !URL.canParse(origin)) return false
  return new URL(origin).host === host
}
