/**
 * A policy as a member is told it: of a list of members in an `audience`, at whatever depth, what is
 * left is the member itself, if it is on it. Who else is meant is nobody's business.
 */
export function withoutOthers<Body>(body: Body, memberId: string | undefined): Body {
  return told(body, memberId) as Body
}

function told(value: unknown, memberId: string | undefined): unknown {
  if (Array.isArray(value)) return value.map((each) => told(each, memberId))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [
      key,
      key === 'audience' ? ownPlace(held, memberId) : told(held, memberId),
    ]),
  )
}

function ownPlace(audience: unknown, memberId: string | undefined): unknown {
  if (typeof audience !== 'object' || audience === null || !('members' in audience)) return audience
  const { members } = audience as { readonly members: readonly string[] }
  return { ...audience, members: members.filter((each) => each === memberId) }
}
