import { useFormat } from '#web/kit/format-context.ts'
import { asLanguage } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'
import type { Target, TargetKeys } from '#web/member/coupons/resources.ts'

/** How the window and the target of something are told in the language of the page. */
export function useConditions() {
  const { t, word, language } = useWords()
  const format = useFormat()
  const listOf = (names: readonly string[]): string =>
    names.join(asLanguage(language) === 'zh' ? '、' : ', ')
  const categoriesOf = (names: readonly string[]): readonly string[] =>
    names.map((name) => word('categories', name))

  const untilOf = (expiresAt: string | undefined): string => {
    if (expiresAt === undefined) return t('valid.never')
    const deadline = format.deadline(expiresAt)
    return t(deadline.isDay ? 'valid.untilDay' : 'valid.until', { deadline: deadline.text })
  }

  const keysOf = ({ shops, categories, skus, tags }: TargetKeys): readonly string[] => [
    ...(shops === undefined ? [] : [t('target.shops', { list: listOf(shops) })]),
    ...(categories === undefined
      ? []
      : [t('target.categories', { list: listOf(categoriesOf(categories)) })]),
    ...(skus === undefined ? [] : [t('target.skus', { list: listOf(skus) })]),
    ...(tags === undefined ? [] : [t('target.tags', { list: listOf(tags) })]),
  ]

  /** Where alone it can be used, a sentence for each condition; one sentence where there is none. */
  const whereOf = (target: Target | undefined): readonly string[] => {
    const { shops, categories, skus, tags } = target?.exclude ?? {}
    const out = [shops, categories && categoriesOf(categories), skus, tags].flatMap(
      (each) => each ?? [],
    )
    const where = [
      ...keysOf(target ?? {}),
      ...(target?.for === undefined ? [] : [t('target.for', { list: target.for })]),
      ...(out.length === 0 ? [] : [t('target.not', { list: listOf(out) })]),
    ]
    return where.length === 0 ? [t('target.all')] : where
  }
  return { listOf, untilOf, whereOf }
}
