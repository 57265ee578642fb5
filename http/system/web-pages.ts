import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { Http } from '#http/context.ts'

const config = { access: 'anyone', unlimited: true } as const

/** Paths that the pages route themselves. */
const pages = ['/', '/sign-in', '/member', '/member/*', '/merchant', '/merchant/*']

const yearSeconds = 31_536_000

/** Serves the built web pages: files with a digest in their name for good, the page itself always anew. */
export async function webPages(http: Http, folder: string | undefined): Promise<void> {
  if (folder === undefined || !existsSync(join(folder, 'index.html'))) return

  http.addHook('onRoute', (route) => {
    route.schema = { ...route.schema, hide: true }
    route.config = { ...route.config, ...config }
  })
  await http.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    index: false,
    cacheControl: false,
    setHeaders: (response, path) => {
      const isForGood = path.includes('/assets/')
      const maxAge = isForGood ? `max-age=${yearSeconds}, immutable` : 'no-cache'
      response.header('cache-control', `public, ${maxAge}`)
    },
  })
  for (const page of pages) {
    http.get(page, async (_request, reply) => await reply.sendFile('index.html'))
  }
}
