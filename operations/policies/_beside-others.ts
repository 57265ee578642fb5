import type { Writer } from '#db/connection.ts'
import { overlayProblems } from '#operations/policies/overlay-problems.ts'
import { mappingProblemsBeside, type Draft } from '#operations/policies/_interchange-mapping.ts'
import type { InputProblem } from '#rules/policies/problems.ts'

/**
 * What is wrong with a policy beside the others that are approved, under the policies' lock: more than
 * its schema can see.
 */
export async function problemsBesideOthers(
  tx: Writer,
  draft: Draft,
): Promise<readonly InputProblem[]> {
  return [...(await mappingProblemsBeside(tx, draft)), ...(await overlayProblems(tx, draft))]
}
