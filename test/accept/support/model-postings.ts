import type { Post } from '#test/accept/support/model-steps.ts'
import type { Posting, Verb } from '#test/accept/support/postings.ts'
import { noonOf, type ToldMember } from '#test/accept/support/told-member.ts'

const verbs = {
  earn: 'earns',
  spend: 'spends',
  hold: 'holds',
  capture: 'captures',
  release: 'releases',
  giveBack: 'give-backs',
  clawBack: 'claw-backs',
} as const satisfies Record<Post['do'], Verb>

/** What a step asks over HTTP; `of` is the reference that its `of` stands for. */
export function postingOf(
  member: ToldMember,
  post: Post,
  of: string,
): Pick<Posting, 'verb' | 'hold' | 'body'> {
  const base = { verb: verbs[post.do] }
  switch (post.do) {
    case 'earn': {
      const { ref, amount, activeOn, expiresOn, shop, target } = post
      const expiresAt = expiresOn === null ? null : noonOf(member, expiresOn).toString()
      const body = {
        ref,
        amount,
        expiresAt,
        funder: shop ? 'shop:s-1' : 'platform',
        ...(activeOn === undefined ? {} : { activeAt: noonOf(member, activeOn).toString() }),
        ...(target ? { target: 'shoes' } : {}),
      }
      return { ...base, body }
    }
    case 'hold': {
      const { ref, amount, endsOn } = post
      const expiresAt = endsOn === undefined ? undefined : noonOf(member, endsOn).toString()
      return { ...base, body: { ref, amount, expiresAt } }
    }
    case 'capture':
    case 'release':
      return { ...base, hold: of, body: { ref: post.ref, amount: post.amount } }
    case 'spend':
      return { ...base, body: { ref: post.ref, amount: post.amount, lots: post.lots } }
    case 'giveBack':
    case 'clawBack':
      return { ...base, body: { ref: post.ref, amount: post.amount, of } }
  }
}
