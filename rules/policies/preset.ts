import { z } from 'zod'
import { parsePolicy } from '#rules/policies/catalogue.ts'
import { TitleSchema } from '#rules/fields.ts'
import { problemsOf, type InputProblem } from '#rules/policies/problems.ts'

/** Policies by their names, each in its JSON form. */
const PoliciesSchema = z.record(z.string(), z.unknown())

/** A set of policies to begin with: a file of presets/. */
const PresetSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, {
    error: 'A name is made of a-z, 0-9 and hyphens.',
  }),
  title: TitleSchema,
  policies: PoliciesSchema,
})

export type Preset = z.output<typeof PresetSchema>

/** Reads a preset from JSON; refused with every path that does not fit, inside its policies too. */
export function readPreset(
  json: unknown,
):
  | { readonly ok: true; readonly preset: Preset }
  | { readonly ok: false; readonly problems: readonly InputProblem[] } {
  const parsed = PresetSchema.safeParse(json)
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) }

  const problems = problemsOfPolicies(parsed.data.policies)
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, preset: parsed.data }
}

/** What does not fit in policies given by name, with paths that begin with `policies`. */
export function problemsOfPolicies(
  policies: Readonly<Record<string, unknown>>,
): readonly InputProblem[] {
  return Object.entries(policies).flatMap(([name, body]) => problemsOfPolicy(name, body))
}

function problemsOfPolicy(name: string, body: unknown): readonly InputProblem[] {
  const path = `policies.${name}`
  const parsed = parsePolicy(name, body)
  if (parsed.ok) return []
  if (parsed.refusal === 'policies/unknown-name') {
    return [{ path, message: `There is no policy called ${JSON.stringify(name)}.` }]
  }
  return parsed.problems.map((problem) => ({
    path: problem.path === '' ? path : `${path}.${problem.path}`,
    message: problem.message,
  }))
}
