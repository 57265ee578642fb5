import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'

/** Groups of words for codes that come from the server: a code without a word is shown as it is. */
export type WordGroup =
  | 'accounts'
  | 'advanceStatuses'
  | 'appealStatuses'
  | 'askedKinds'
  | 'attempts'
  | 'badgeSteps'
  | 'behaviours'
  | 'benefitGroups'
  | 'capPeriods'
  | 'cardKinds'
  | 'categories'
  | 'causes'
  | 'claimStatuses'
  | 'closeReasons'
  | 'clubProblems'
  | 'couponKinds'
  | 'couponStatuses'
  | 'criterionNames'
  | 'declaredWhat'
  | 'drawChecks'
  | 'enrolmentMeans'
  | 'enrolmentStatuses'
  | 'explains'
  | 'givenPlaces'
  | 'gradeSources'
  | 'grades'
  | 'instruments'
  | 'invitationAnswers'
  | 'kinds'
  | 'lapses'
  | 'layers'
  | 'noticeTexts'
  | 'orderStatuses'
  | 'paidStatuses'
  | 'priceCauses'
  | 'pricingRefusals'
  | 'programs'
  | 'quotaPeriods'
  | 'ratios'
  | 'refusals'
  | 'returnReasons'
  | 'roles'
  | 'scoreMaxima'
  | 'scoreParts'
  | 'scoreRules'
  | 'services'
  | 'shopProblems'
  | 'shopTypes'
  | 'suspensions'
  | 'tierCauses'
  | 'tierSources'
  | 'tradeStatuses'
  | 'units'
  | 'violationKinds'

export type Words = {
  readonly t: TFunction
  /** The language of the page, `zh` or `en`. */
  readonly language: string
  /** What a code is called: `word('kinds', 'earn')` is "Earned". */
  readonly word: (group: WordGroup, code: string) => string
}

/** The words of the page's language. */
export function useWords(): Words {
  const { t, i18n } = useTranslation()
  const word = (group: WordGroup, code: string): string => {
    const words: Readonly<Record<string, string>> = t(group, { returnObjects: true })
    return Object.hasOwn(words, code) ? (words[code] ?? code) : code
  }
  return { t, language: i18n.language, word }
}
