export type Outcome = 'passed' | 'refused'

/** What a person said against the machine, until a second person says the same. */
export type Proposal = { readonly outcome: Outcome; readonly by: string }

export type ReviewTurn =
  | { readonly ok: true; readonly to: 'decided'; readonly outcome: Outcome }
  | { readonly ok: true; readonly to: 'proposed'; readonly outcome: Outcome }
  | { readonly ok: false; readonly refusal: 'enrolment/second-person-needed' }

/**
 * Whoever decides as the machine did, decides alone; against it a second person has to say the same
 * (EL-8). One who agrees with the machine after another proposed otherwise ends the proposal.
 */
export function turnReview(
  machine: Outcome,
  proposal: Proposal | undefined,
  said: Proposal,
): ReviewTurn {
  const { outcome, by } = said
  if (outcome === machine) return { ok: true, to: 'decided', outcome }
  if (proposal?.outcome !== outcome) return { ok: true, to: 'proposed', outcome }
  if (proposal.by === by) return { ok: false, refusal: 'enrolment/second-person-needed' }
  return { ok: true, to: 'decided', outcome }
}
