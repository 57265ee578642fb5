import { setImmediate } from 'node:timers/promises'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { searchDeepest } from '#rules/depth/deepest.ts'
import { DepthInputSchema, depthQuestion } from '#rules/depth/input.ts'
import {
  depthInputOf,
  isInstrument,
  type AskedOfPolicies,
  type InstrumentPolicy,
} from '#rules/depth/of-policies.ts'
import { depthReport, type DepthReport } from '#rules/depth/report.ts'
import { problemsOf, type InputProblem } from '#rules/policies/problems.ts'
import type { PricingPolicy } from '#rules/pricing/policy.ts'
import { layDraft } from '#rules/replay/lay-draft.ts'

/** Policies by name, in their JSON form; `null`: left out. */
export type PolicyForms = Readonly<Record<string, unknown>>

export type DepthRequest = {
  /** Those that are there. */
  readonly forms: PolicyForms
  /** Laid over them. */
  readonly drafts: PolicyForms
  readonly asked: AskedOfPolicies
  /** The market's. */
  readonly zone: string
}

export type DepthRefused = {
  readonly ok: false
  readonly refusal: 'policies/unknown-name' | 'policies/invalid' | 'pricing/no-policy'
  readonly problems: readonly InputProblem[]
}

/** What is found, and the input that it was found for. */
export type CheckedDepth =
  | {
      readonly ok: true
      readonly report: DepthReport
      readonly input: ReturnType<typeof depthInputOf>
    }
  | DepthRefused

/** How long others may have to wait for the search. */
const turnMs = 8

/** The pricing policy and the instruments in force at an instant, in their JSON form. */
export function formsInForce(policies: PolicyBook, at: Temporal.Instant): PolicyForms {
  const names = policies.names().filter((name) => name === 'pricing' || isInstrument(name))
  const known = names.map((name) => policies.at(name, at))
  return Object.fromEntries(
    known.flatMap((each) => (each === undefined ? [] : [[each.name, each.body]])),
  )
}

/** How deep policies combine (DC-1 to DC-7); the search lets others have their turn. */
export async function checkDepth(
  { forms, drafts, asked, zone }: DepthRequest,
  onProgress: (tried: number) => void = () => undefined,
): Promise<CheckedDepth> {
  const read = readPolicies(forms, drafts)
  if (!read.ok) return read

  const input = depthInputOf(read.instruments, asked)
  const parsed = DepthInputSchema.safeParse(input)
  if (!parsed.success) return refused('policies/invalid', problemsOf(parsed.error))

  const { pricing } = read
  const search = searchDeepest(depthQuestion(parsed.data, pricing, zone), pricing)
  let turn = performance.now()
  for (;;) {
    const step = search.next()
    if (step.done === true) {
      return { ok: true, report: depthReport(step.value, parsed.data.most), input }
    }
    if (performance.now() - turn < turnMs) continue
    onProgress(step.value)
    await setImmediate()
    turn = performance.now()
  }
}

type Read =
  | {
      readonly ok: true
      readonly pricing: PricingPolicy
      readonly instruments: readonly InstrumentPolicy[]
    }
  | DepthRefused

function readPolicies(forms: PolicyForms, drafts: PolicyForms): Read {
  const instruments: InstrumentPolicy[] = []
  let pricing: PricingPolicy | undefined
  for (const name of new Set([...Object.keys(forms), ...Object.keys(drafts)])) {
    if (name !== 'pricing' && !isInstrument(name)) {
      if (!Object.hasOwn(drafts, name)) continue
      const message = 'A depth check is of pricing, offers, coupon batches, envelopes, allowances.'
      return refused('policies/unknown-name', [{ path: name, message }])
    }
    if (drafts[name] === null) continue
    const { body, parsed } = layDraft(name, forms[name], drafts[name])
    if (!parsed.ok) {
      const problems = parsed.refusal === 'policies/invalid' ? parsed.problems : []
      return refused(parsed.refusal, under(name, problems))
    }
    if (name === 'pricing') pricing = parsed.policy as PricingPolicy
    else instruments.push({ name, body, policy: parsed.policy })
  }
  if (pricing === undefined) return refused('pricing/no-policy', [])
  return { ok: true, pricing, instruments }
}

function under(name: string, problems: readonly InputProblem[]): readonly InputProblem[] {
  if (problems.length === 0) return [{ path: name, message: 'There is no policy of this name.' }]
  return problems.map(({ path, message }) => ({
    path: path === '' ? name : `${name}.${path}`,
    message,
  }))
}

function refused(
  refusal: DepthRefused['refusal'],
  problems: readonly InputProblem[],
): DepthRefused {
  return { ok: false, refusal, problems }
}
