import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { ProbationRules } from '#rules/merchants/transformation/policy.ts'
import { beginProbation, turnProbation } from '#rules/merchants/transformation/probation.ts'
import { ppmFromText, type Ppm } from '#rules/money/rate.ts'

const zone = 'Asia/Shanghai'
const at = Temporal.Instant.from('2017-11-20T10:00:00+08:00')

const probation: ProbationRules = {
  lasts: Temporal.Duration.from('P90D'),
  limits: { enrols: true },
  checks: [{ metric: 'x', atMost: ppmFromText('1') ?? (0 as Ppm), severity: 'blocks' }],
  endsEarlyAfter: Temporal.Duration.from('P60D'),
  extendBy: Temporal.Duration.from('P30D'),
  extensionsAtMost: 1,
  onFail: 'undo',
}

// Columns: days since it began | extensions so far | the figure | what becomes of it.
const probations = `
   60 | 0 | 1 | passed
   59 | 0 | 1 | runs
   60 | 0 | 2 | runs
   90 | 0 | 1 | passed
   90 | 0 | 2 | extended
  120 | 1 | 1 | passed
  120 | 1 | 2 | failed
`

test('TF-10 a probation ends early when it is met, is extended when not, and fails after the last time', () => {
  const began = beginProbation(probation, at, zone)
  ok(began.until.equals(at.add({ hours: 24 * 90 })))
  ok(began.dueAt.equals(at.add({ hours: 24 * 60 })))
  for (const row of probations.trim().split('\n')) {
    const [days = '', extensions = '', x = '', wanted] = row.split('|').map((cell) => cell.trim())
    const until = began.until.add({ hours: 24 * 30 * Number(extensions) })
    const running = { ...began, until, extensions: Number(extensions) }
    const now = at.add({ hours: 24 * Number(days) })
    equal(turnProbation(probation, running, { x }, now, zone).outcome, wanted, row)
  }
})
