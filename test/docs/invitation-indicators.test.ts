import { equal } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { indicatorPage } from '#tools/indicator-page.ts'

test('docs/invitation-indicators.md has every indicator as the code has it', async () => {
  const page = new URL('../../docs/invitation-indicators.md', import.meta.url)
  equal(readFileSync(page, 'utf8'), await indicatorPage())
})
