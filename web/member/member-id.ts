import { createContext, use } from 'react'
import { assert } from '#rules/assert.ts'

/** The member who is signed in. */
export const MemberIdContext = createContext<string | undefined>(undefined)

export function useMemberId(): string {
  const memberId = use(MemberIdContext)
  assert(memberId !== undefined, 'a member page is shown to a member')
  return memberId
}
