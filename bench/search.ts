import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { indexOffers } from '#rules/pricing/offer-index.ts'
import { PricingPolicySchema } from '#rules/pricing/policy.ts'
import { priceBasket } from '#rules/pricing/price.ts'
import { randomFrom } from '#test/accept/support/random.ts'
import { nastyBasket, type Nastiness } from '#test/support/nasty-baskets.ts'
import type { Bench, BenchOptions, Figures } from '#bench/support/bench.ts'
import { festival } from '#bench/support/festival-basket.ts'
import type { Priced } from '#bench/support/sale-basket.ts'

/** How long the best combination takes to be found, and proved, where there is much to choose from. */
export const search: Bench = {
  name: 'search',
  about: 'the best combination for 20 shops with 5 coupons each, several pools, a short wallet',
  run,
}

const promise = 'the best combination for 20 shops x 5 coupons: exact, p99 under 10 ms'
const mostP99Ms = 10
const shops = 20
const couponsEach = 5

const policy = PricingPolicySchema.parse(tmall2017.policies.pricing)

/** Baskets of the tests in which what seems best is often not: few or many pools, round or odd amounts. */
const nastiest: readonly (Nastiness & { readonly name: string })[] = [
  { name: 'nasty, 2 pools', ...hard(2, 1) },
  { name: 'nasty, 3 pools', ...hard(3, 1) },
  { name: 'nasty, 3 pools, whole yuan', ...hard(3, 100) },
  { name: 'nasty, 4 pools', ...hard(4, 1) },
  { name: 'nasty, 6 pools, each shop in one', ...hard(6, 1), isPoolPerShop: true },
]

function hard(pools: number, grain: number): Nastiness {
  return { shops, couponsPerShop: couponsEach, linesPerShop: 2, pools, grain }
}

async function run({ say, flags }: BenchOptions): Promise<Figures> {
  const size = Number(flags.get('size') ?? 2_000)
  const random = randomFrom(11)
  const everyday = (n: number): Priced => festival(random.fork(`everyday-${n}`), shops, couponsEach)
  const noOffers = indexOffers([])
  const sets = [
    measure('everyday', size, everyday, say),
    ...nastiest.map(({ name, ...nasty }) =>
      measure(name, size, (n) => ({ basket: nastyBasket(n, nasty), offers: noOffers }), say),
    ),
  ]
  const holds = sets.every((each) => each.holds)
  return { promise, holds, shops, couponsEach, sets }
}

/** Prices each basket once, all of them unknown to the engine until then. */
function measure(
  name: string,
  size: number,
  make: (n: number) => Priced,
  say: BenchOptions['say'],
) {
  const warmUps = Math.min(200, size)
  const took: number[] = []
  const tookCpu: number[] = []
  let notOptimal = 0
  for (let n = 0; n < warmUps + size; n += 1) {
    const { basket, offers } = make(n)
    const begunCpuMs = threadCpuMsNow()
    const begunMs = performance.now()
    const { optimal } = priceBasket(basket, offers, policy, 'pricing@1')
    const ms = performance.now() - begunMs
    if (!optimal) notOptimal += 1
    if (n < warmUps) continue
    took.push(ms)
    tookCpu.push(threadCpuMsNow() - begunCpuMs)
  }
  const [ms, cpuMs] = [percentiles(took), percentiles(tookCpu)]
  const holds = notOptimal === 0 && ms.p99 < mostP99Ms
  say(
    `${name}: ${size} baskets, ${notOptimal} not proved optimal; p50 ${ms.p50} ms, p95 ${ms.p95} ms, p99 ${ms.p99} ms, max ${ms.max} ms (p99 ${cpuMs.p99} ms of the processor)`,
  )
  return { name, size, notOptimal, ms, cpuMs, holds }
}

/** What other programs of the machine take is not in it. */
function threadCpuMsNow(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

function percentiles(figures: readonly number[]) {
  const sorted = figures.toSorted((a, b) => a - b)
  const at = (part: number): number => {
    return Number((sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(3))
  }
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}
