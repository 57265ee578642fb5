import { equal, ok } from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { launchBrowser, whyNoBrowser } from '#test/support/browser.ts'

const page = `<!doctype html><html lang="zh"><title>积分</title><p>…</p>
<script>document.querySelector('p').textContent = 'drawn ' + (6 * 7)</script>`

test(
  'The browser of the tests renders a page of this machine',
  { skip: whyNoBrowser() },
  async () => {
    const server = createServer((_, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8').end(page)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    ok(typeof address === 'object' && address !== null)

    const browser = await launchBrowser()
    try {
      const tab = await browser.newPage()
      await tab.goto(`http://127.0.0.1:${address.port}/`)
      equal(await tab.title(), '积分')
      equal(await tab.textContent('p'), 'drawn 42')
      const picture = await tab.screenshot()
      ok(picture.length > 1_000)
    } finally {
      await browser.close()
      server.closeAllConnections()
      server.close()
    }
  },
)
