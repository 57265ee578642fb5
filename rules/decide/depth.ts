import { decision, policyOf } from '#rules/decide/decision.ts'
import { deepestDiscount } from '#rules/depth/deepest.ts'
import { DepthInputSchema, depthQuestion } from '#rules/depth/input.ts'
import { depthReport, DepthReportSchema, type DepthReport } from '#rules/depth/report.ts'

/** How deep instruments combine, and which do (DC-1 to DC-7). */
export const depthDecision = decision({
  name: 'depth',
  summary: 'how deep instruments combine on one line, and the basket that does it',
  policy: 'pricing',
  inputSchema: DepthInputSchema,
  outputSchema: DepthReportSchema,
  decide: (input, context): DepthReport => {
    const policy = policyOf(context, 'pricing')
    return depthReport(
      deepestDiscount(depthQuestion(input, policy, context.zone), policy),
      input.most,
    )
  },
})
