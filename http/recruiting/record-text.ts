import type { z } from 'zod'
import { answerText, decisionText, documentText } from '#http/governance/schemas.ts'
import { recruitText, type RecruitRecordSchema } from '#http/recruiting/schemas.ts'
import type { RecruitRecord } from '#operations/recruiting/read-recruit.ts'

/** An invitation as it is told: to its merchant without names of people. */
export function recruitRecordText(
  record: RecruitRecord,
  zone: string,
  isStaff: boolean,
): z.input<typeof RecruitRecordSchema> {
  return {
    invitation: recruitText(record.recruit, zone),
    missing: record.missing.map((each) => ({ ...each })),
    checks: record.checks.map((each) => ({ ...each })),
    documents: record.documents.map((each) => documentText(each, zone)),
    decisions: record.decisions.map((each) => decisionText(each, zone, isStaff)),
    answers: record.answers.map((each) => answerText(each, zone)),
    toSign: record.toSign ?? null,
  }
}
