import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { ApiError, getJson } from '#web/kit/api.ts'

const SessionSchema = z.object({
  role: z.string(),
  subject: z.string(),
  memberId: z.string().optional(),
  demo: z.boolean(),
})

/** Who is signed in. */
export type Session = z.output<typeof SessionSchema>

/** Who is signed in in this browser; `null`: nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await getJson('/v1/session', SessionSchema, signal)
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null
      throw error
    }
  },
  staleTime: Infinity,
})

const DemoAccountsSchema = z.object({
  accounts: z.array(
    z.object({
      account: z.string(),
      role: z.string(),
      nickname: z.string(),
      hint: z.object({ zh: z.string(), en: z.string() }).partial().optional(),
    }),
  ),
})

export type DemoAccount = z.output<typeof DemoAccountsSchema>['accounts'][number]

/** The accounts of the demo market; `null` where this is no demo. */
export const demoAccountsQuery = queryOptions({
  queryKey: ['demo-accounts'],
  queryFn: async ({ signal }): Promise<readonly DemoAccount[] | null> => {
    try {
      const { accounts } = await getJson('/v1/demo/accounts', DemoAccountsSchema, signal)
      return accounts
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null
      throw error
    }
  },
  staleTime: Infinity,
})
