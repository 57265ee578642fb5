import { isDeepStrictEqual } from 'node:util'
import type { Database } from '#db/connection.ts'
import { statementsBehind, type Statement } from '#db/governance/transformations.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { digestOfText, type StatementContent } from '#operations/transformation/_statement.ts'
import {
  afterProbation,
  carryOver,
  type CarriedLine,
  type Held,
} from '#rules/merchants/transformation/carry-over.ts'
import type {
  TransformationKind,
  TransformationPolicy,
} from '#rules/merchants/transformation/policy.ts'

const atOnce = 1_000

/** Computes every statement of transformations again, and its digest (TF-12); returns what is wrong. */
export async function verifyTransformations(
  db: Database,
  policies: PolicyBook,
): Promise<readonly { readonly of: string; readonly what: string }[]> {
  const faults: { of: string; what: string }[] = []
  let behind = { transformationId: '', number: 0 }
  for (;;) {
    const batch = await statementsBehind(db, behind, atOnce)
    for (const statement of batch) {
      const what = faultIn(statement, policies)
      if (what !== undefined) faults.push({ of: statement.transformationId, what })
    }
    const last = batch.at(-1)
    if (last === undefined) return faults
    behind = last
  }
}

function faultIn(
  { content, sha256, reason, number }: Statement,
  policies: PolicyBook,
): string | undefined {
  if (digestOfText(content) !== sha256) return `statement ${number} has another digest`
  const said = JSON.parse(content) as StatementContent
  const lines = reason === 'effect' ? linesAgain(said, policies) : endAgain(said, reason)
  if (lines === undefined) return `the policy ${said.policy} of statement ${number} is not known`
  return isDeepStrictEqual(lines, said.lines)
    ? undefined
    : `statement ${number} does not say what carries over by ${said.policy}`
}

function linesAgain(
  { held, policy, kind }: StatementContent,
  policies: PolicyBook,
): readonly CarriedLine[] | undefined {
  const version = Number(policy.slice(policy.lastIndexOf('@') + 1))
  const known = policies.version('transformation', version)?.policy as
    TransformationPolicy | undefined
  const rules = known?.kinds[kind as TransformationKind]
  return rules === undefined ? undefined : carryOver(held as Held, rules.carryOver)
}

function endAgain({ held }: StatementContent, reason: Statement['reason']) {
  return afterProbation(held as readonly CarriedLine[], reason === 'passed')
}
