/** What a caller may do. A member sees only itself. */
export type Role = 'operator' | 'merchant' | 'member' | 'service'

export const roles = ['operator', 'merchant', 'member', 'service'] as const

/** Who may ask a route. */
export type Access = 'anyone' | readonly Role[]

/** Who asks, as proved by a token, an API key or a session. */
export type Caller = {
  readonly role: Role
  readonly subject: string
  /** Of a member: the only member it may ask about. */
  readonly memberId?: string
  readonly by: 'token' | 'key' | 'session'
}

/** A text that names a caller, for books and limits: two callers never have the same. */
export function callerId(caller: Caller): string {
  return `${caller.role}:${caller.memberId ?? caller.subject}`
}
