import { z } from 'zod'
import type { Decision, DecisionContext } from '#rules/decide/decision.ts'
import { readJson } from '#rules/decide/json.ts'
import { inYuan } from '#rules/decide/yuan.ts'
import { parsePolicy, policyNames, policySchema } from '#rules/policies/catalogue.ts'
import { overlay } from '#rules/policies/overlay.ts'
import { pathText, problemsOf, type InputProblem } from '#rules/policies/problems.ts'

/** Policies by name, in their JSON form. */
export type PolicyForms = Readonly<Record<string, unknown>>

/** What decisions are made in, kept ready for many inputs. */
export type Setting = { readonly forms: PolicyForms; readonly context: DecisionContext }

/** Input that cannot be decided on: what is wrong, where, and everything else that is (DE-4). */
export type Problem = {
  readonly type: 'decide/not-json' | 'decide/input-does-not-fit' | 'decide/policy-does-not-fit'
  readonly title: string
  readonly path: string
  readonly detail: string
  readonly problems?: readonly InputProblem[]
}

type Failed = { readonly ok: false; readonly problem: Problem }

/** Lays policies over those of a preset and reads them all (DE-3). `patch` is by name or bare. */
export function openSetting(
  preset: PolicyForms,
  patch: unknown,
  decision: Decision,
  zone: string,
): { readonly ok: true; readonly setting: Setting } | Failed {
  const named = byName(patch, decision, preset)
  if (named === undefined) return policyProblem([notAnObject('policy')])
  const forms = patch === undefined ? preset : overlay(preset, named.forms)

  const policies: Record<string, unknown> = {}
  for (const [name, form] of Object.entries(forms)) {
    const parsed = parsePolicy(name, form)
    if (parsed.ok) policies[name] = parsed.policy
    else if (parsed.refusal === 'policies/unknown-name') return policyProblem([unknownPolicy(name)])
    else return policyProblem(underPolicy(parsed.problems, named.isBare ? [] : [name]))
  }
  const missing = policyNames.find((name) => name === decision.policy && !(name in policies))
  if (missing !== undefined) return policyProblem([noPolicy(missing)])
  return { ok: true, setting: { forms, context: { zone, policies } } }
}

/** Decides on JSON text, strictly read (DE-2), else tells what is wrong with it. */
export function decideText(
  decision: Decision,
  text: string,
  setting: Setting,
): { readonly ok: true; readonly output: unknown } | Failed {
  const read = readJson(text)
  if (!read.ok) return { ok: false, problem: problemOf('decide/not-json', [read.problem]) }
  return decideValue(decision, read.value, setting)
}

/** Decides on one JSON value; a `policy` inside it counts for this decision alone (DE-3). */
export function decideValue(
  decision: Decision,
  json: unknown,
  setting: Setting,
): { readonly ok: true; readonly output: unknown } | Failed {
  const { policy: patch, ...rest } = isObject(json) ? json : {}
  const takesPolicy = decision.policy !== null && patch !== undefined
  const parsed = decision.inputSchema.safeParse(takesPolicy ? rest : json)
  if (!parsed.success) {
    return { ok: false, problem: problemOf('decide/input-does-not-fit', problemsOf(parsed.error)) }
  }
  if (!takesPolicy) return { ok: true, output: decision.decide(parsed.data, setting.context) }

  const opened = openSetting(setting.forms, patch, decision, setting.context.zone)
  if (!opened.ok) return opened
  return { ok: true, output: decision.decide(parsed.data, opened.setting.context) }
}

/** An output as JSON text, in fen or in yuan (DE-5). */
export function outputText(output: unknown, isInYuan: boolean, indent?: number): string {
  return JSON.stringify(isInYuan ? inYuan(output) : output, null, indent)
}

/** The JSON Schemas of a decision's input and output (DE-6). */
export function schemaOf(decision: Decision): unknown {
  const { $schema, ...input } = z.toJSONSchema(decision.inputSchema, { io: 'input' })
  const policy = decision.policy === null ? undefined : policyPatchSchema(decision.policy)
  const { $schema: _, ...output } = z.toJSONSchema(decision.outputSchema, { io: 'input' })
  return {
    $schema,
    title: decision.name,
    description: decision.summary,
    input: policy === undefined ? input : { ...input, properties: { ...input.properties, policy } },
    output,
  }
}

/** What of a policy may be given: any of its keys, none of them needed. */
function policyPatchSchema(name: string): unknown {
  const schema = policySchema(name)
  if (schema === undefined) return undefined
  const { $schema: _, required: __, ...patch } = z.toJSONSchema(schema, { io: 'input' })
  return { ...patch, description: `Laid over the preset's policy ${name}; or { "${name}": ... }.` }
}

/**
 * A patch whose keys are all names of policies is by name; else it is of the decision's own, as is one
 * that fits the decision's own: `points` names a policy, and is a field of `pricing`. One that fits
 * neither is told what is wrong with the decision's own, where that has such fields.
 */
function byName(
  patch: unknown,
  decision: Decision,
  preset: PolicyForms,
): { readonly forms: PolicyForms; readonly isBare: boolean } | undefined {
  if (patch === undefined) return { forms: {}, isBare: false }
  if (Array.isArray(patch) && decision.policy !== null) {
    return { forms: { [decision.policy]: patch }, isBare: true }
  }
  if (!isObject(patch)) return undefined
  const keys = Object.keys(patch)
  const isNamed = keys.length > 0 && keys.every((key) => policySchema(key) !== undefined)
  const { policy } = decision
  if (policy === null) return { forms: patch, isBare: false }
  const fits = (name: string, laid: unknown) =>
    parsePolicy(name, overlay(preset[name] ?? {}, laid)).ok
  const isOwn = keys.every((key) => isObject(preset[policy]) && key in preset[policy])
  const isNamedOnly =
    isNamed &&
    !fits(policy, patch) &&
    (!isOwn || Object.entries(patch).every(([name, laid]) => fits(name, laid)))
  if (isNamedOnly) return { forms: patch, isBare: false }
  return { forms: { [policy]: patch }, isBare: true }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const titles = {
  'decide/not-json': 'The input cannot be read.',
  'decide/input-does-not-fit': 'The input does not fit its schema.',
  'decide/policy-does-not-fit': 'The policy does not fit its schema.',
} as const satisfies Record<Problem['type'], string>

function problemOf(type: Problem['type'], problems: readonly InputProblem[]): Problem {
  const [first = { path: '', message: titles[type] }] = problems
  const { path, message: detail } = first
  return { type, title: titles[type], path, detail, ...(problems.length > 1 ? { problems } : {}) }
}

function policyProblem(problems: readonly InputProblem[]): Failed {
  return { ok: false, problem: problemOf('decide/policy-does-not-fit', problems) }
}

function underPolicy(
  problems: readonly InputProblem[],
  under: readonly string[],
): readonly InputProblem[] {
  const above = pathText(['policy', ...under])
  return problems.map(({ path, message }) => ({
    path: path === '' ? above : path.startsWith('[') ? `${above}${path}` : `${above}.${path}`,
    message,
  }))
}

function notAnObject(path: string): InputProblem {
  return { path, message: 'A policy is an object.' }
}

function unknownPolicy(name: string): InputProblem {
  return { path: pathText(['policy', name]), message: 'There is no policy of this name.' }
}

function noPolicy(name: string): InputProblem {
  return { path: 'policy', message: `The preset has no policy "${name}": give one.` }
}
