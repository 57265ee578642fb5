import { hash } from 'node:crypto'
import type { Http } from '#http/context.ts'
import { anchorOf, problems } from '#http/problems.ts'

const config = { access: 'anyone', unlimited: true } as const

/** The description of the API, as a document and as a page to browse it; the problems, explained. */
export async function docsRoutes(http: Http): Promise<void> {
  http.get('/openapi.json', { schema: { hide: true }, config }, async (_request, reply) =>
    reply.type('application/json').send(JSON.stringify(http.swagger())),
  )

  const page = problemsPage()
  http.get('/docs/problems', { schema: { hide: true }, config }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(page),
  )

  await http.register(browsable)
}

/** The page of Scalar with its own script, from here only: nothing is fetched from anywhere else. */
async function browsable(http: Http): Promise<void> {
  const { default: scalar } = await import('@scalar/fastify-api-reference')
  http.addHook('onRoute', (route) => {
    route.config = { ...route.config, ...config }
  })
  http.addHook('onSend', async (_request, reply, payload) => {
    if (typeof payload !== 'string' || !isHtml(reply.getHeader('content-type'))) return
    reply.header('content-security-policy', policyFor(payload))
  })
  await http.register(scalar, {
    routePrefix: '/docs',
    configuration: {
      url: '/openapi.json',
      pageTitle: 'jifen API',
      withDefaultFonts: false,
      telemetry: false,
      showDeveloperTools: 'never',
      hideClientButton: true,
      mcp: { disabled: true },
      agent: { disabled: true },
    },
  })
}

function isHtml(contentType: unknown): boolean {
  return typeof contentType === 'string' && contentType.startsWith('text/html')
}

/** Lets the page run the scripts that stand in it as they were sent, and no other. */
function policyFor(page: string): string {
  const scripts = page.matchAll(/<script(?![^>]*\ssrc=)[^>]*>(.*?)<\/script>/gs)
  const hashes = [...scripts].map(([, text]) => `'sha256-${hash('sha256', text ?? '', 'base64')}'`)
  return [
    "default-src 'self'",
    `script-src 'self' ${hashes.join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Where the `type` of every problem leads. */
function problemsPage(): string {
  const rows = Object.entries(problems).map(
    ([code, { status, title }]) =>
      `<tr id="${anchorOf(code)}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>`,
  )
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>jifen: problems</title></head>
<body>
<h1>Problems</h1>
<p>Every error of the API is a problem (RFC 9457). Its <code>code</code> says which.</p>
<table>
<thead><tr><th>Code</th><th>Status</th><th>What it says</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</body>
</html>
`
}
