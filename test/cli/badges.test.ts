import { equal, match } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { after, before, test } from 'node:test'
import { settleBadges } from '#operations/badges/settle-badges.ts'
import { fact, openMarket, tell, type TestMarket } from '#test/support/market.ts'

const now = Temporal.Instant.from('2017-11-20T10:00:00+08:00')
const period = ['--from', '2017-11-01', '--to', '2017-11-30', '--at', now.toString()]
let market: TestMarket

before(async () => {
  market = await openMarket()
  const at = '2017-11-10T10:00:00+08:00'
  const lines = [{ id: '1', sku: 'sku', paid: '109.00' }]
  const placed = { orderId: 'o', shopId: 'shop', paidAt: at, lines }
  await tell(
    market,
    [
      fact('lin', 'p', 'order.placed', at, placed),
      fact('lin', 'r', 'order.received', at, { orderId: 'o' }),
    ],
    now,
  )
  await settleBadges(market, now)
})
after(async () => await market.close())

type Ran = { readonly code: number | null; readonly out: string; readonly err: string }

async function jifen(...words: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, ['cli/main.ts', ...words], {
    cwd: new URL('../..', import.meta.url),
    env: { ...process.env, DATABASE_URL: market.url },
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, out, err }
}

test('jifen badges report tells what each behaviour paid, as text and as JSON', async () => {
  const text = await jifen('badges', 'report', ...period)
  equal(text.code, 0, text.err)
  match(text.out, /^purchase +1 +1 +0\.0 % +0\.0 % +1\.00 +10 +109\.00 +10\.90$/m)
  match(text.out, /^No behaviour pays too much\.$/m)
  const { out } = await jifen('badges', 'report', ...period, '--json')
  const report = JSON.parse(out) as { behaviours: { fenPerPoint: number }[] }
  equal(report.behaviours[0]?.fenPerPoint, 1_090)
})

test('jifen badges report refuses days that are none, or in the wrong order', async () => {
  const wrong = await jifen('badges', 'report', '--from', '2017-11-31', '--to', '2017-12-01')
  equal(wrong.code, 1)
  match(wrong.err, /2017-11-11/)
  const order = await jifen('badges', 'report', '--from', '2017-12-02', '--to', '2017-12-01')
  equal(order.code, 1)
  match(order.err, /before/)
})
