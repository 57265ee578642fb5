import { useFormat } from '#web/kit/format-context.ts'
import { asLanguage } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'
import type { Share, Titles } from '#web/member/trades/resources.ts'

/** How the instruments of a trade and who pays for them are called in the language of the page. */
export function useInstruments(titles: Titles) {
  const { t, word, language } = useWords()
  const format = useFormat()

  const nameOf = (id: string): string => {
    const title = titles[id]?.[asLanguage(language)]
    return title ?? word('instruments', id.replace(/^offer:/, ''))
  }
  const funderName = (funder: string): string => {
    const [kind, ...rest] = funder.split(':')
    const id = rest.join(':')
    if (kind === 'platform') return t('funders.platform')
    return kind === 'shop' || kind === 'brand' ? t(`funders.${kind}`, { id }) : funder
  }
  /** Who pays for shares of one instrument; with the part of each where there are several. */
  const fundersOf = (shares: readonly Share[]): string => {
    const parts = [...Map.groupBy(shares, (share) => share.funder)]
    const list = parts.map(([funder, own]) => {
      if (parts.length === 1) return funderName(funder)
      const amount = format.money(own.reduce((sum, share) => sum + share.offFen, 0))
      return t('sum.part', { funder: funderName(funder), amount })
    })
    return t('sum.funder', { funders: list.join(asLanguage(language) === 'zh' ? '、' : ', ') })
  }
  return { nameOf, fundersOf }
}
