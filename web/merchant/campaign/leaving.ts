import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson } from '#web/kit/api.ts'

const PolicySchema = z.object({ name: z.string(), inForce: z.boolean(), body: z.unknown() })

const ActsSchema = z.object({
  acts: z.object({ leftAfterApproval: z.object({ kind: z.string(), points: z.int() }) }),
})

/** What leaving after approval costs, by the policy in force; `null`: it costs no points. */
export const leavingQuery = queryOptions({
  queryKey: ['policy', 'violations', 'leftAfterApproval'],
  queryFn: async ({ signal }) => {
    const schema = z.object({ policies: z.array(PolicySchema) })
    const { policies } = await getJson('/v1/policies', schema, signal)
    const policy = policies.find(({ name, inForce }) => name === 'violations' && inForce)
    const acts = ActsSchema.safeParse(policy?.body)
    return acts.success ? acts.data.acts.leftAfterApproval : null
  },
  staleTime: 60_000,
})
