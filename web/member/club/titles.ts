import { useQuery } from '@tanstack/react-query'
import { z } from 'zod'
import { asLanguage } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'
import { membershipQuery } from '#web/member/club/tier/resources.ts'
import { useMemberId } from '#web/member/member-id.ts'

/** A name in both languages. */
export const TitleSchema = z.record(z.string(), z.string())

export type Title = z.output<typeof TitleSchema>

/** What things are called in the language of the page; a code without a title is shown as it is. */
export function useTitles() {
  const { language } = useWords()
  const membership = useQuery(membershipQuery(useMemberId()))
  const titleOf = (title: Title | undefined, code: string): string =>
    title?.[asLanguage(language)] ?? code
  const tierTitle = (tier: string): string => {
    const rung = membership.data?.ladder.find((each) => each.tier === tier)
    return titleOf(rung?.title, tier)
  }
  /** Names one after the other, as the language joins them. */
  const listOf = (names: readonly string[]): string =>
    names.join(asLanguage(language) === 'zh' ? '、' : ', ')
  return { titleOf, tierTitle, listOf }
}
