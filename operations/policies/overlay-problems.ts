import type { Reader } from '#db/connection.ts'
import { policyVersions, type PolicyRow } from '#db/policies.ts'
import type { Draft } from '#operations/policies/_interchange-mapping.ts'
import { laidOver, type LaidOver } from '#rules/campaigns/policy.ts'
import { parsePolicy, policySchema } from '#rules/policies/catalogue.ts'
import { overlay } from '#rules/policies/overlay.ts'
import type { InputProblem } from '#rules/policies/problems.ts'
import { effectiveVersion } from '#rules/policies/versions.ts'
import { isBefore } from '#rules/time/instants.ts'

const family = 'campaign:'

/**
 * CP-3: what does not fit where a campaign lays over policies of the market, and the names it attaches
 * that are no policies; for a policy of the market, the campaigns that would no longer fit over it.
 */
export async function overlayProblems(db: Reader, draft: Draft): Promise<readonly InputProblem[]> {
  if (draft.name.startsWith(family)) {
    const market = await policyVersions(db, { status: 'approved' })
    return [...unnamed(draft.body), ...unfit(draft.body, (name) => bodyAt(market, name, draft.at))]
  }
  if (!isLaidOver(draft.name)) return []
  const campaigns = (await policyVersions(db, { status: 'approved' })).filter(({ name }) =>
    name.startsWith(family),
  )
  return counting(campaigns, draft.at).flatMap(({ name, version, body }) => {
    const problems = unfitOver(draft.name as LaidOver, draft.body, JSON.parse(body))
    return problems.map(({ path, message }) => ({
      path,
      message: `${name}@${version} lays over this what no longer fits (${path}): ${message}`,
    }))
  })
}

/** What of a campaign's overlays does not fit, by the bodies that they are laid over. */
export function unfit(
  campaign: unknown,
  bodyOf: (name: LaidOver) => unknown,
): readonly InputProblem[] {
  return laidOver.flatMap((name) => unfitOver(name, bodyOf(name), campaign))
}

function unfitOver(name: LaidOver, base: unknown, campaign: unknown): InputProblem[] {
  const laid = (campaign as { readonly policies?: Partial<Record<LaidOver, unknown>> }).policies?.[
    name
  ]
  if (laid === undefined) return []
  const parsed = parsePolicy(name, overlay(base, laid))
  if (parsed.ok) return []
  const path = `policies.${name}`
  if (parsed.refusal === 'policies/unknown-name') {
    return [{ path, message: `There is no policy called "${name}".` }]
  }
  return parsed.problems.map((problem) => ({
    path: problem.path === '' ? path : `${path}.${problem.path}`,
    message: problem.message,
  }))
}

function unnamed(campaign: unknown): InputProblem[] {
  const { attached = [] } = campaign as { readonly attached?: readonly string[] }
  return attached.flatMap((name, index) => {
    if (policySchema(name) !== undefined) return []
    return [{ path: `attached[${index}]`, message: `There is no policy called "${name}".` }]
  })
}

/** The version in force of every campaign, and those that come into force later. */
function counting(rows: readonly PolicyRow[], at: Temporal.Instant): PolicyRow[] {
  return [...Map.groupBy(rows, ({ name }) => name).values()].flatMap((versions) => {
    const current = effectiveVersion(effective(versions), at)
    return versions.filter(
      (each) =>
        each.version === current?.version ||
        (each.effectiveAt !== null && isBefore(at, each.effectiveAt)),
    )
  })
}

function bodyAt(rows: readonly PolicyRow[], name: string, at: Temporal.Instant): unknown {
  const found = effectiveVersion(effective(rows.filter((row) => row.name === name)), at)
  return found === undefined ? undefined : JSON.parse(found.body)
}

function effective(rows: readonly PolicyRow[]) {
  return rows.flatMap((row) =>
    row.effectiveAt === null ? [] : [{ ...row, effectiveAt: row.effectiveAt }],
  )
}

function isLaidOver(name: string): name is LaidOver {
  return (laidOver as readonly string[]).includes(name)
}
