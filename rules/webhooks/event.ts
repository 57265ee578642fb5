/** What an event is about. */
export type AnnouncedSubject = {
  readonly of: 'member' | 'shop'
  /** The member or the shop. */
  readonly subjectId: string
  readonly type: string
}
