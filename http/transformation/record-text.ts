import type { z } from 'zod'
import { answerText, decisionText, documentText } from '#http/governance/schemas.ts'
import {
  statementText,
  transformationText,
  type TransformationRecordSchema,
} from '#http/transformation/schemas.ts'
import type { TransformationRecord } from '#operations/transformation/read-transformation.ts'

/** An application as it is told: to its merchant without names of people. */
export function recordText(
  record: TransformationRecord,
  zone: string,
  isStaff: boolean,
): z.input<typeof TransformationRecordSchema> {
  return {
    transformation: transformationText(record.transformation, zone),
    missing: record.missing.map((each) => ({ ...each })),
    checks: record.checks.map((each) => ({ ...each })),
    documents: record.documents.map((each) => documentText(each, zone)),
    decisions: record.decisions.map((each) => decisionText(each, zone, isStaff)),
    answers: record.answers.map((each) => answerText(each, zone)),
    figures: record.figures,
    statements: record.statements.map((each) => statementText(each, zone)),
  }
}
