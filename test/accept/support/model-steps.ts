import fc from 'fast-check'

/** One thing that somebody does in a history that is compared with the model. Days count from its first. */
export type Step =
  | Post
  | { readonly do: 'order'; readonly order: string; readonly paidFen: number }
  | { readonly do: 'refund'; readonly order: string; readonly amountFen: number }
  | { readonly do: 'seal' | 'unseal' }
  | { readonly do: 'forward'; readonly days: number }
  /** An earlier request, counted back, once more; `changed`: the same key with another body. */
  | { readonly do: 'again'; readonly back: number; readonly changed: boolean }

export type Post = {
  /** Cut off so many milliseconds after it was sent, then asked again until it is answered. */
  readonly dropAfterMs: number | undefined
} & (
  | {
      readonly do: 'earn'
      readonly ref: string
      readonly amount: number
      readonly activeOn: number | undefined
      /** `null`: never. */
      readonly expiresOn: number | null
      readonly shop: boolean
      readonly target: boolean
    }
  | {
      readonly do: 'spend'
      readonly ref: string
      readonly amount: number
      readonly lots: readonly string[] | undefined
    }
  | {
      readonly do: 'hold'
      readonly ref: string
      readonly amount: number
      readonly endsOn: number | undefined
    }
  | {
      readonly do: 'capture' | 'release'
      readonly ref: string
      readonly of: Back
      readonly amount: number | undefined
    }
  | {
      readonly do: 'giveBack' | 'clawBack'
      readonly ref: string
      readonly of: Back
      readonly amount: number
    }
)

/** A posting of the member that was done before, counted back from the latest one that can be meant. */
export type Back = number

/** Histories of one member: few names and few days, so that much meets. */
export function histories(longest: number): fc.Arbitrary<Step[]> {
  const any = fc.array(steps(), { minLength: 1, maxLength: longest, size: 'max' })
  return fc.oneof(
    { weight: 1, arbitrary: any },
    { weight: 4, arbitrary: any.map((rest) => [firstEarn, ...rest]) },
  )
}

/** Something to spend from the beginning: most histories are about a member who has points. */
const firstEarn: Step = {
  do: 'earn',
  ref: 'first',
  amount: 60,
  activeOn: undefined,
  expiresOn: 15,
  shop: false,
  target: false,
  dropAfterMs: undefined,
}

function steps(): fc.Arbitrary<Step> {
  return fc.oneof<fc.WeightedArbitrary<Step>[]>(
    { weight: 12, arbitrary: earns() },
    { weight: 6, arbitrary: spends() },
    { weight: 5, arbitrary: holds() },
    { weight: 6, arbitrary: usesOfHolds() },
    { weight: 6, arbitrary: undoings() },
    { weight: 3, arbitrary: orders() },
    { weight: 3, arbitrary: refunds() },
    { weight: 1, arbitrary: sealings() },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('forward'), days: few(1, 2) }) },
    { weight: 5, arbitrary: repeats() },
  )
}

const amounts = fc.integer({ min: 1, max: 9 })
const drops = fc.oneof(
  { weight: 9, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.nat(6) },
)

function few(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min, max })
}

function named(letter: string, most = 5): fc.Arbitrary<string> {
  return fc.nat(most).map((number) => `${letter}${number}`)
}

function maybe<Value>(values: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof(fc.constant(undefined), values)
}

function earns(): fc.Arbitrary<Step> {
  return fc.record({
    do: fc.constant('earn'),
    ref: named('e', 8),
    amount: few(3, 30),
    activeOn: fc.constantFrom(undefined, undefined, undefined, undefined, -2, 0, 1, 2, 4),
    expiresOn: fc.constantFrom(-1, 1, 2, 4, 4, 8, 8, 8, 20, null, null),
    shop: fc.boolean(),
    target: fc.nat(7).map((chance) => chance === 0),
    dropAfterMs: drops,
  })
}

function spends(): fc.Arbitrary<Step> {
  const lots = fc.array(named('e', 8), { minLength: 1, maxLength: 3 })
  return fc.record({
    do: fc.constant('spend'),
    ref: named('s'),
    amount: amounts,
    lots: fc.oneof(
      { weight: 5, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: lots },
    ),
    dropAfterMs: drops,
  })
}

function holds(): fc.Arbitrary<Step> {
  return fc.record({
    do: fc.constant('hold'),
    ref: named('h'),
    amount: amounts,
    endsOn: fc.constantFrom(undefined, -1, 1, 2, 4, 8, 20),
    dropAfterMs: drops,
  })
}

function usesOfHolds(): fc.Arbitrary<Step> {
  return fc.record({
    do: fc.constantFrom('capture', 'release'),
    ref: fc.oneof(named('c', 9), named('s')),
    of: fc.nat(2),
    amount: maybe(amounts),
    dropAfterMs: drops,
  })
}

function undoings(): fc.Arbitrary<Step> {
  return fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({
      do: fc.constant('giveBack'),
      ref: named('g', 9),
      of: fc.nat(2),
      amount: amounts,
      dropAfterMs: drops,
    }),
    fc.record({
      do: fc.constant('clawBack'),
      ref: named('k', 9),
      of: fc.nat(3),
      amount: amounts,
      dropAfterMs: drops,
    }),
  )
}

function orders(): fc.Arbitrary<Step> {
  return fc.record({ do: fc.constant('order'), order: named('o', 3), paidFen: few(1, 1_900) })
}

function refunds(): fc.Arbitrary<Step> {
  return fc.record({ do: fc.constant('refund'), order: named('o', 3), amountFen: few(1, 1_200) })
}

/** Mostly unsealing: a sealed wallet refuses nearly everything. */
function sealings(): fc.Arbitrary<Step> {
  return fc.record({ do: fc.constantFrom('seal', 'unseal', 'unseal', 'unseal') })
}

function repeats(): fc.Arbitrary<Step> {
  return fc.record({ do: fc.constant('again'), back: fc.nat(12), changed: fc.boolean() })
}
