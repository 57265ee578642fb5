/** The address of something of a member: `/v1/members/lin/benefit-claims/hotel.1`. */
export function memberPath(memberId: string, ...parts: readonly string[]): string {
  return `/v1/members/${[memberId, ...parts].map(encodeURIComponent).join('/')}`
}
