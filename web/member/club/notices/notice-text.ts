import { useQuery } from '@tanstack/react-query'
import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { badgesQuery } from '#web/member/club/badges/resources.ts'
import { benefitsQuery } from '#web/member/club/benefits/resources.ts'
import type { MemberNotice } from '#web/member/club/notices/resources.ts'
import { useTitles } from '#web/member/club/titles.ts'
import { eventsQuery } from '#web/member/entry/resources.ts'
import { useMemberId } from '#web/member/member-id.ts'

/** What a notice says, in one sentence of the language of the page. */
export function useNoticeText(): (notice: MemberNotice) => string {
  const { t, word } = useWords()
  const values = useValues()
  const texts: Readonly<Record<string, string>> = t('noticeTexts', {
    returnObjects: true,
    skipInterpolation: true,
  })
  return ({ type, data }) => {
    const name = nameOf(type, data)
    if (!Object.hasOwn(texts, name)) return word('noticeTexts', type)
    return fill(texts[name] ?? '', values(data))
  }
}

type Data = MemberNotice['data']

/** `jifen.tier.changed.v1` is told as `tier.changed`, and where there are two sides, by its own. */
function nameOf(type: string, data: Data): string {
  const name = type.replace(/^jifen\./, '').replace(/\.v[0-9]+$/, '')
  const side = {
    'tier.changed': data.direction,
    'invitation.answered': data.answer,
    'advance.ended': data.status,
    'badge-level.changed': data.to === undefined ? 'none' : undefined,
  }[name]
  return side === undefined ? name : `${name}.${side}`
}

/** What stands in the texts for `{{tier}}` and the others. */
function useValues(): (data: Data) => Readonly<Record<string, string>> {
  const { t, word } = useWords()
  const format = useFormat()
  const memberId = useMemberId()
  const { titleOf, tierTitle } = useTitles()
  const benefits = useQuery(benefitsQuery(memberId))
  const badges = useQuery(badgesQuery(memberId))
  const events = useQuery(eventsQuery)
  const known = benefits.data?.groups.flatMap((group) => group.benefits) ?? []
  const levels = [badges.data?.level, badges.data?.nextLevel]
  const levelTitle = (name: string): string =>
    titleOf(levels.find((each) => each?.name === name)?.title, name)
  const time = (instant: string | undefined): string =>
    instant === undefined || !/T/.test(instant) ? '' : format.time(instant)

  return (data) => {
    const { benefit = '', badge = '', event = '' } = data
    const tier = data.tier ?? data.to
    return {
      benefit: titleOf(known.find((each) => each.benefit === benefit)?.title, benefit),
      badge: titleOf(badges.data?.badges.find((each) => each.badge === badge)?.title, badge),
      step: word('badgeSteps', data.step ?? ''),
      tier: tier === undefined ? t('tier.none') : tierTitle(tier),
      level: levelTitle(data.to ?? ''),
      until: time(data.respondBy ?? data.lapsesAt ?? data.dueAt ?? data.to),
      amount: format.money(data.amountFen ?? data.compensationFen ?? data.fen ?? 0),
      owed: format.money(data.owedFen ?? 0),
      points: format.amount(data.pointsBack ?? 0, ''),
      partner: data.partner ?? '',
      order: data.orderId ?? '',
      event: titleOf(events.data?.find((each) => each.event === event)?.title, event),
    }
  }
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/{{(\w+)}}/g, (_, name: string) => values[name] ?? '')
}
