/** What caused a change of tier, as it is recorded: `{ type: 'refresh', ... }`. */
export type Cause = { readonly type: string; readonly [fact: string]: unknown }

/** Who of the staff did it, and in what words: not for the member and not for other systems. */
const ofStaff: ReadonlySet<string> = new Set(['actor', 'reason', 'request'])

/** A cause as a member and other systems are told it (MT-11). */
export function toldCause(
  cause: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(cause).filter(([fact]) => !ofStaff.has(fact)))
}
