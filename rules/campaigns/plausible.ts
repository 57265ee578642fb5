import { assert } from '#rules/assert.ts'
import { phaseNamed } from '#rules/campaigns/phases.ts'
import type { Campaign, Days, KnownPhase, LaidOver } from '#rules/campaigns/policy.ts'
import { instantToText, isBefore, latest, startOfDay, type Window } from '#rules/time/instants.ts'

/** Something about a campaign that is hardly meant: an `error` would keep it from working. */
export type Finding = {
  readonly level: 'error' | 'warning'
  readonly code:
    | 'phase-missing'
    | 'phases-out-of-order'
    | 'window-outside'
    | 'policy-missing'
    | 'attached-unknown'
    | 'attached-not-in-force'
    | 'identity-unknown'
    | 'no-places'
    | 'allowance-not-set-up'
    | 'allowance-takes-all'
    | 'agreement-without-text'
    | 'overlay-invalid'
  /** Where: `phases.day`, `price.presale.deals`, `attached[0]`. */
  readonly path: string
  readonly message: string
}

/** A policy that a campaign names, as it is known. */
export type Attached = {
  readonly name: string
  /** Whether the catalogue has policies of that name. */
  readonly isNamed: boolean
  /** Whether any version or draft of it is there. */
  readonly isKnown: boolean
  /** Whether it is in force when the day begins. */
  readonly isInForce: boolean
  /** Every window in it, with where it is. */
  readonly windows: readonly { readonly path: string; readonly window: Window }[]
}

/** What a campaign is looked at beside. */
export type Surroundings = {
  readonly zone: string
  readonly attached: readonly Attached[]
  /** The policies that the market or the campaign has. */
  readonly policies: ReadonlySet<LaidOver>
  /** Overlays that do not fit, with what is wrong with each. */
  readonly unfit: readonly { readonly path: string; readonly message: string }[]
}

/** CP-6: looks whether a campaign is plausible. Nothing found: an empty list. Nothing is changed. */
export function findingsOf(campaign: Campaign, beside: Surroundings): Finding[] {
  return [
    ...missingPhases(campaign),
    ...outOfOrder(campaign, beside.zone),
    ...priceWindows(campaign, beside.zone),
    ...missingPolicies(campaign, beside),
    ...ofAttached(campaign, beside),
    ...ofVenues(campaign),
    ...ofAllowance(campaign),
    ...ofSupplements(campaign),
    ...beside.unfit.map((fault) => finding('error', 'overlay-invalid', fault.path, fault.message)),
  ]
}

const needed: readonly KnownPhase[] = ['signUp', 'results', 'day']

function missingPhases(campaign: Campaign): Finding[] {
  return needed
    .filter((name) => phaseNamed(campaign, name) === undefined)
    .map((name) =>
      finding(
        'error',
        'phase-missing',
        'phases',
        `There is no phase "${name}": nothing runs by it.`,
      ),
    )
}

type Edge = 'from' | 'to'

/** Of two phases: the edge of the first is not after the edge of the second. */
const order: readonly (readonly [KnownPhase, Edge, KnownPhase, Edge])[] = [
  ['signUp', 'to', 'results', 'from'],
  ['results', 'from', 'supplements', 'from'],
  ['results', 'from', 'allowanceSetup', 'from'],
  ['supplements', 'to', 'presaleDeclaration', 'from'],
  ['allowanceSetup', 'to', 'presaleDeclaration', 'from'],
  ['supplements', 'to', 'spotDeclaration', 'from'],
  ['presaleDeclaration', 'to', 'presale', 'from'],
  ['presale', 'to', 'day', 'from'],
  ['spotDeclaration', 'to', 'day', 'from'],
  ['warmUp', 'to', 'day', 'from'],
  ['day', 'to', 'protection', 'from'],
  ['day', 'from', 'returns', 'from'],
  ['day', 'to', 'settlement', 'from'],
  ['protection', 'to', 'settlement', 'to'],
]

function outOfOrder(campaign: Campaign, zone: string): Finding[] {
  return order.flatMap(([first, edge, second, other]) => {
    const [before, after] = [phaseNamed(campaign, first), phaseNamed(campaign, second)]
    if (before === undefined || after === undefined) return []
    const [a, b] = [before.window[edge], after.window[other]]
    if (!isBefore(b, a)) return []
    const verb = { from: 'begins', to: 'ends' } as const
    const message =
      `"${first}" ${verb[edge]} ${instantToText(a, zone)}, after "${second}" ${verb[other]}` +
      ` (${instantToText(b, zone)}).`
    return [finding('error', 'phases-out-of-order', `phases.${first}`, message)]
  })
}

function priceWindows({ price, ...campaign }: Campaign, zone: string): Finding[] {
  if (price === undefined) return []
  const of = (name: KnownPhase) => phaseNamed(campaign as Campaign, name)?.window
  const [presale, day] = [of('presale'), of('day')]
  const found: Finding[] = []
  const outside = (path: string, days: Days, what: string): void => {
    const message = `The days ${days.join(' to ')} ${what}`
    found.push(finding('warning', 'window-outside', path, message))
  }
  const endOf = (days: Days) => startOfDay(days[1].add({ days: 1 }), zone)
  if (presale !== undefined && isBefore(presale.from, endOf(price.presale.deals))) {
    outside('price.presale.deals', price.presale.deals, 'reach into the presale itself.')
  }
  if (day === undefined) return found
  if (isBefore(day.to, endOf(price.spot.deals))) {
    outside('price.spot.deals', price.spot.deals, 'go on after the day itself.')
  }
  if (isBefore(startOfDay(price.protect[0], zone), day.to)) {
    outside('price.protect', price.protect, 'begin before the day is over.')
  }
  if (price.freezeAt !== undefined && isBefore(day.from, price.freezeAt)) {
    const message = `Prices freeze ${instantToText(price.freezeAt, zone)}, after the day has begun.`
    found.push(finding('warning', 'window-outside', 'price.freezeAt', message))
  }
  return found
}

/** Which policy decides in which phase. */
const decidedBy: readonly (readonly [LaidOver, KnownPhase])[] = [
  ['enrolment', 'signUp'],
  ['price', 'presaleDeclaration'],
  ['price', 'spotDeclaration'],
  ['delivery', 'day'],
  ['late', 'day'],
  ['timeouts', 'returns'],
  ['priceProtection', 'protection'],
]

function missingPolicies(campaign: Campaign, { policies }: Surroundings): Finding[] {
  const missing = decidedBy.filter(
    ([name, phase]) => !policies.has(name) && phaseNamed(campaign, phase) !== undefined,
  )
  return [...new Map(missing).entries()].map(([name, phase]) => {
    const message = `There is no policy "${name}", neither of the market nor here: "${phase}" is decided by none.`
    return finding('error', 'policy-missing', `policies.${name}`, message)
  })
}

function ofAttached(campaign: Campaign, { attached, zone }: Surroundings): Finding[] {
  const whole = spanOf(campaign)
  return attached.flatMap(({ name, isNamed, isKnown, isInForce, windows }, index): Finding[] => {
    const path = `attached[${index}]`
    if (!isNamed || !isKnown) {
      const message = isNamed
        ? `Nobody has drafted "${name}".`
        : `There is no policy called "${name}".`
      return [finding('error', 'attached-unknown', path, message)]
    }
    const found: Finding[] = []
    if (!isInForce) {
      const message = `"${name}" is not in force when the day begins.`
      found.push(finding('warning', 'attached-not-in-force', path, message))
    }
    for (const { path: at, window } of windows) {
      // An allowance is used on the day; whatever else is attached, at some time of the campaign.
      const isOfDay = name.startsWith('allowance:') && at === 'usable'
      const within = isOfDay ? (phaseNamed(campaign, 'day')?.window ?? whole) : whole
      if (isBefore(window.from, within.to) && isBefore(within.from, window.to)) continue
      const message =
        `${at} of "${name}", ${instantToText(window.from, zone)} to` +
        ` ${instantToText(window.to, zone)}, is outside ${isOfDay ? 'the day' : 'the campaign'}.`
      found.push(finding('error', 'window-outside', path, message))
    }
    return found
  })
}

function spanOf({ phases }: Campaign): Window {
  const [first, ...others] = phases.map(({ window }) => window)
  assert(first !== undefined, 'a campaign has phases')
  return others.reduce((span, { from, to }) => {
    return { from: isBefore(from, span.from) ? from : span.from, to: latest(to, span.to) }
  }, first)
}

function ofVenues({ venues, identities }: Campaign): Finding[] {
  const known = new Set(identities.map(({ name }) => name))
  return venues.flatMap(({ name, identities: own = [], capacity }, index) => [
    ...own
      .filter((identity) => !known.has(identity))
      .map((identity) => {
        const message = `The venue "${name}" is for "${identity}", which is no identity here.`
        return finding('error', 'identity-unknown', `venues[${index}].identities`, message)
      }),
    ...(Object.values(capacity).some((places) => places > 0)
      ? []
      : [
          finding(
            'warning',
            'no-places',
            `venues[${index}].capacity`,
            `The venue "${name}" has no places.`,
          ),
        ]),
  ])
}

function ofAllowance({ allowance, supplements }: Campaign): Finding[] {
  const isSetUp = supplements.some(({ kind }) => kind === 'allowanceSteps')
  if (allowance === undefined) {
    if (!isSetUp) return []
    const message = 'Shops set up an allowance that the campaign does not have.'
    return [finding('error', 'allowance-not-set-up', 'supplements', message)]
  }
  const whole = allowance.steps.flatMap(({ threshold, off }, index) => {
    if (off < threshold) return []
    const message = 'A step takes off as much as it asks for, or more.'
    return [finding('error', 'allowance-takes-all', `allowance.steps[${index}]`, message)]
  })
  if (isSetUp) return whole
  const message = 'No supplement has shops choose a step: the first counts for all of them.'
  return [...whole, finding('warning', 'allowance-not-set-up', 'allowance', message)]
}

function ofSupplements({ supplements }: Campaign): Finding[] {
  return supplements.flatMap(({ kind, name, text }, index) => {
    if (kind !== 'agreement' || text !== undefined) return []
    const message = `The agreement "${name}" has no text to sign.`
    return [finding('error', 'agreement-without-text', `supplements[${index}]`, message)]
  })
}

function finding(
  level: Finding['level'],
  code: Finding['code'],
  path: string,
  message: string,
): Finding {
  return { level, code, path, message }
}
