import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'

/** Groups of words for codes that come from the server: a code without a word is shown as it is. */
export type WordGroup =
  | 'accounts'
  | 'advanceStatuses'
  | 'appealStatuses'
  | 'askedKinds'
  | 'askedLapses'
  | 'askedReasons'
  | 'askedStatuses'
  | 'askedTurns'
  | 'askedWaits'
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
  | 'compensationStatuses'
  | 'conditions'
  | 'couponKinds'
  | 'couponStatuses'
  | 'criterionNames'
  | 'declaredWhat'
  | 'drawChecks'
  | 'enrolmentMeans'
  | 'enrolmentStatuses'
  | 'entryStatuses'
  | 'explains'
  | 'freightBearers'
  | 'givenPlaces'
  | 'grades'
  | 'gradeSources'
  | 'instruments'
  | 'invitationAnswers'
  | 'kinds'
  | 'lapses'
  | 'lateCauses'
  | 'lateExcuses'
  | 'layers'
  | 'limitSets'
  | 'metricNames'
  | 'noticeTexts'
  | 'orderStatuses'
  | 'paidAs'
  | 'paidStatuses'
  | 'priceCauses'
  | 'pricingRefusals'
  | 'programs'
  | 'quotaPeriods'
  | 'ratingStatuses'
  | 'ratios'
  | 'refusals'
  | 'returnReasons'
  | 'roles'
  | 'runningTimes'
  | 'scoredBy'
  | 'scoreMaxima'
  | 'scoreParts'
  | 'scoreRules'
  | 'services'
  | 'shipmentStatuses'
  | 'shipmentToDos'
  | 'shopNotices'
  | 'shopProblems'
  | 'shopTypes'
  | 'suspensions'
  | 'ticketKinds'
  | 'ticketSides'
  | 'ticketStatuses'
  | 'tierCauses'
  | 'tierSources'
  | 'tradeStatuses'
  | 'units'
  | 'violationActs'
  | 'violationKinds'
  | 'violationStatuses'

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
