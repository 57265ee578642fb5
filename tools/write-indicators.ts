import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { indicatorPage } from '#tools/indicator-page.ts'

/** Writes docs/invitation-indicators.md; test/docs/ compares it. */
writeFileSync(
  fileURLToPath(new URL('../docs/invitation-indicators.md', import.meta.url)),
  await indicatorPage(),
)
