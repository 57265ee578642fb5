import { shareOver } from '#rules/money/allocate.ts'
import type { AllowanceStep } from '#rules/pricing/basket.ts'
import { baseOf, type Sheet, sumOver } from '#rules/pricing/sheet.ts'

/** Lines of any shops whose steps are equal: every so much, so much off (PC-6). */
export type Pool = {
  readonly every: number
  readonly off: number
  readonly lines: readonly number[]
}

/**
 * What a pool gives to a wallet: after the shops are out that the `block` rule takes out (PC-9).
 */
export type PoolOff = {
  readonly lines: readonly number[]
  readonly baseFen: number
  readonly offFen: number
  readonly blocked: readonly number[]
}

/** The pools of a basket, in the order of their first lines (PC-6). */
export function poolsOf(sheet: Sheet): readonly Pool[] {
  const pools: { every: number; off: number; lines: number[] }[] = []
  for (const line of sheet.all) {
    const step = stepOf(sheet, line)
    if (step === null || step.off === 0) continue
    let pool = pools.find((each) => each.every === step.every && each.off === step.off)
    if (pool === undefined) {
      pool = { every: step.every, off: step.off, lines: [] }
      pools.push(pool)
    }
    pool.lines.push(line)
  }
  return pools
}

/** A line's own step, the basket's, or the first of the policy that names its category or shop. */
function stepOf(sheet: Sheet, at: number): AllowanceStep | null {
  const { basket, policy } = sheet
  const line = basket.lines[at]!
  if (line.allowanceStep !== undefined) return line.allowanceStep
  if (basket.allowanceStep !== undefined) return basket.allowanceStep
  for (const step of policy.allowance.steps) {
    if (step.categories !== undefined && !step.categories.includes(line.category)) continue
    if (step.shops !== undefined && !step.shops.includes(line.shop)) continue
    return step
  }
  return null
}

/**
 * What a pool takes from a wallet of so much: whole steps of its base, as far as the wallet goes
 * (PC-7), without the shops of lines that it would leave at zero or less, where the policy blocks
 * (PC-9).
 */
export function offOfPool(sheet: Sheet, pool: Pool, walletFen: number): PoolOff {
  let { lines } = pool
  const blocked: number[] = []
  for (;;) {
    const baseFen = baseOf(sheet, lines)
    const offFen = Math.min(walletFen, Math.floor(baseFen / pool.every) * pool.off)
    if (offFen <= 0 || sheet.policy.allowance.overflow === 'clamp') {
      return { lines, baseFen, offFen, blocked }
    }
    const shops = shopsAtZero(sheet, lines, offFen)
    if (shops.length === 0) return { lines, baseFen, offFen, blocked }
    blocked.push(...shops)
    lines = lines.filter((line) => !shops.includes(sheet.shopOf[line]!))
  }
}

const none: readonly number[] = []

/** The shops of lines that their share of `off` would leave at zero or less. */
function shopsAtZero(sheet: Sheet, lines: readonly number[], off: number): readonly number[] {
  const weights = sheet.policy.splitBase === 'itemPrice' ? sheet.item : sheet.left
  const total = sumOver(weights, lines)
  if (total === 0 || !isTight(sheet, lines, off, weights, total)) return none

  const offs = shareOver(
    off,
    lines.map((line) => weights[line]!),
    sheet.policy.remainder,
  )
  const shops: number[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!
    const shop = sheet.shopOf[line]!
    if (offs[at]! > 0 && roomOf(sheet, line) <= offs[at]! && !shops.includes(shop)) shops.push(shop)
  }
  return shops
}

/** Whether any share could use up its line: a cheap test that never misses one. */
function isTight(
  sheet: Sheet,
  lines: readonly number[],
  off: number,
  weights: readonly number[],
  total: number,
): boolean {
  const rest = sheet.policy.remainder === 'lastLineTakesRest' ? lines.length : 1
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!
    if ((off * weights[line]!) / total + rest + 1 >= roomOf(sheet, line)) return true
  }
  return false
}

/** What is left of a line to give away; of a presale line, its balance. */
function roomOf(sheet: Sheet, at: number): number {
  const { presale, quantity } = sheet.basket.lines[at]!
  return sheet.left[at]! - (presale === undefined ? 0 : presale.deposit * quantity)
}
