import type { Writer } from '#db/connection.ts'
import { policyVersions, type PolicyRow } from '#db/policies.ts'
import {
  circleProblems,
  mappingProblems,
  type Interchange,
} from '#rules/members/interchange/circles.ts'
import type { InterchangePolicy } from '#rules/members/interchange/policy.ts'
import type { ScorePolicy } from '#rules/members/policy.ts'
import type { Ladder } from '#rules/members/tiers/policy.ts'
import { parsePolicy } from '#rules/policies/catalogue.ts'
import type { InputProblem } from '#rules/policies/problems.ts'
import { effectiveVersion } from '#rules/policies/versions.ts'
import { isBefore } from '#rules/time/instants.ts'

const family = 'interchange:'

export type Draft = { readonly name: string; readonly body: unknown; readonly at: Temporal.Instant }

/**
 * What is wrong with the ladder, or with a mapping with a partner, beside the others that are approved:
 * tiers may not raise each other in circles (IC-5, IC-6).
 */
export async function mappingProblemsBeside(
  tx: Writer,
  draft: Draft,
): Promise<readonly InputProblem[]> {
  const isMapping = draft.name.startsWith(family)
  if (!isMapping && draft.name !== 'score') return []
  const approved = await policyVersions(tx, { status: 'approved' })
  const others = mappingsFrom(approved, draft.at)
  if (!isMapping) return circleProblems(ladderOf(draft), others)

  const score = effectiveVersion(effective(approved, 'score'), draft.at)
  if (score === undefined) return [{ path: '', message: 'The market has no ladder of tiers.' }]
  return mappingProblems(interchangeOf(draft), ladderOf(formOf(score)), others)
}

/** The mappings in force at an instant and those that come into force later. */
function mappingsFrom(approved: readonly PolicyRow[], at: Temporal.Instant): Interchange[] {
  const names = new Set(approved.map(({ name }) => name).filter((name) => name.startsWith(family)))
  return [...names].flatMap((name) => {
    const versions = effective(approved, name)
    const current = effectiveVersion(versions, at)
    const counting = versions.filter((each) => each === current || isBefore(at, each.effectiveAt))
    return counting.map((each) => interchangeOf(formOf(each)))
  })
}

function effective(rows: readonly PolicyRow[], name: string) {
  return rows.flatMap((row) =>
    row.name === name && row.effectiveAt !== null ? [{ ...row, effectiveAt: row.effectiveAt }] : [],
  )
}

type Form = { readonly name: string; readonly body: unknown }

function formOf({ name, body }: PolicyRow): Form {
  return { name, body: JSON.parse(body) as unknown }
}

function interchangeOf(form: Form): Interchange {
  return { partner: form.name.slice(family.length), policy: policyIn(form) as InterchangePolicy }
}

function ladderOf(form: Form): Ladder {
  return (policyIn(form) as ScorePolicy).tiers
}

/** Whoever drafted it had it read by its schema first. */
function policyIn({ name, body }: Form): unknown {
  const read = parsePolicy(name, body)
  return read.ok ? read.policy : undefined
}
