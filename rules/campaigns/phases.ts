import { isInside } from '#rules/time/instants.ts'
import type { Campaign, KnownPhase, Phase } from '#rules/campaigns/policy.ts'

/** A campaign's phase by its name; `undefined`: the campaign has none (CP-2). */
export function phaseNamed(
  campaign: Campaign,
  name: KnownPhase | (string & {}),
): Phase | undefined {
  return campaign.phases.find((phase) => phase.name === name)
}

/** Whether a phase is open at an instant; one that the campaign does not have never is (CP-2). */
export function isOpen(
  campaign: Campaign,
  name: KnownPhase | (string & {}),
  at: Temporal.Instant,
): boolean {
  const phase = phaseNamed(campaign, name)
  return phase !== undefined && isInside(at, phase.window)
}

/** The phases that are open at an instant, in the campaign's order (CP-2). */
export function openPhases(campaign: Campaign, at: Temporal.Instant): readonly Phase[] {
  return campaign.phases.filter((phase) => isInside(at, phase.window))
}
