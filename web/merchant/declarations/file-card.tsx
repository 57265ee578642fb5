import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { freshKey, postFile } from '#web/kit/api.ts'
import { buttonClass } from '#web/kit/button.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import {
  FileSchema,
  filesQuery,
  inCampaign,
  isUnderWay,
  refusedRowsQuery,
  type DeclarationFile,
} from '#web/merchant/declarations/resources.ts'
import { useShopProblemText } from '#web/merchant/frame/problem-text.ts'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import { Bar } from '#web/member/club/bar.tsx'
import card from '#web/member/club/card.module.css'
import styles from './file-card.module.css'

/** Many SKUs at once: a file is sent, worked off row by row, and reported row by row. */
export function FileCard({ campaign }: { readonly campaign: string }) {
  const { t } = useWords()
  const shopId = useShopId()
  const problemText = useShopProblemText()
  const files = useQuery(filesQuery(shopId, campaign))
  const sending = useSending(shopId, campaign)
  useFreshWhenDone(shopId, campaign, files.data ?? [])
  return (
    <section className={card.card} aria-labelledby="file">
      <h2 id="file" className={card.title}>
        {t('file.title')}
      </h2>
      <p className={card.label}>{t('file.text')}</p>
      <p className={styles.head}>sku,price,quantity,kind,deposit</p>
      <label className={`${buttonClass('plain')} ${styles.choose}`}>
        <input
          className={styles.input}
          type="file"
          accept=".csv,text/csv"
          disabled={sending.isPending}
          onChange={(event) => {
            const [file] = event.target.files ?? []
            event.target.value = ''
            if (file !== undefined) sending.mutate(file)
          }}
        />
        {t(sending.isPending ? 'file.sending' : 'file.choose')}
      </label>
      {sending.isError && (
        <p className={styles.fault} role="alert">
          {problemText(sending.error)}
        </p>
      )}
      <ul className={card.list} aria-live="polite">
        {files.data?.map((file) => (
          <FileRow key={file.fileId} campaign={campaign} file={file} />
        ))}
      </ul>
    </section>
  )
}

function useSending(shopId: string, campaign: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (file: File) =>
      await postFile(inCampaign(shopId, campaign, 'declaration-files'), FileSchema, {
        key: freshKey(),
        file,
        type: 'text/csv',
      }),
    onSuccess: () =>
      void queries.invalidateQueries({
        queryKey: ['shop', shopId, 'declaration-files', campaign],
      }),
  })
}

/** The list above shows what a file declared as soon as it is worked off. */
function useFreshWhenDone(
  shopId: string,
  campaign: string,
  files: readonly DeclarationFile[],
): void {
  const queries = useQueryClient()
  const done = files.filter(({ status }) => status === 'done').length
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: ['shop', shopId, 'declarations', campaign] })
  }, [queries, shopId, campaign, done])
}

type FileRowProps = { readonly campaign: string; readonly file: DeclarationFile }

function FileRow({ campaign, file }: FileRowProps) {
  const { t } = useWords()
  const format = useFormat()
  const shopId = useShopId()
  const { fileId, status, rowsFound, rowsDone, declared, changed, unchanged, refused } = file
  const number = (value: number): string => format.amount(value, '')
  const report = inCampaign(shopId, campaign, 'declaration-files', fileId, 'report')
  return (
    <li className={styles.file}>
      <p className={card.pair}>
        <span>{format.time(file.receivedAt)}</span>
        <span>{t(`file.statuses.${status}`)}</span>
      </p>
      {isUnderWay(file) && rowsFound !== undefined && (
        <>
          <Bar part={rowsDone} of={rowsFound} />
          <p className={card.words}>
            {t('file.progress', { done: number(rowsDone), of: number(rowsFound) })}
          </p>
        </>
      )}
      <p className={card.words}>
        {t('file.counts', {
          declared: number(declared),
          changed: number(changed),
          unchanged: number(unchanged),
          refused: number(refused),
        })}
      </p>
      {refused > 0 && <Refused campaign={campaign} fileId={fileId} />}
      {status === 'done' && (
        <p className={styles.reports}>
          <a className={card.link} href={report} download>
            {t('file.report')}
          </a>
          {refused > 0 && (
            <a className={card.link} href={`${report}?outcome=refused`} download>
              {t('file.refusedReport')}
            </a>
          )}
        </p>
      )}
    </li>
  )
}

/** The first rows that were refused, each with its line and its reason. */
function Refused({ campaign, fileId }: { readonly campaign: string; readonly fileId: string }) {
  const { t, word } = useWords()
  const format = useFormat()
  const rows = useQuery(refusedRowsQuery(useShopId(), campaign, fileId))
  return (
    <ul className={styles.refused}>
      {rows.data?.map(({ line, sku, reason, facts }) => (
        <li key={line}>
          {t('file.row', { line, sku: sku ?? '' })} {word('shopProblems', reason ?? '')}
          {facts?.ceilingFen !== undefined &&
            ` ${t('ceiling.atMost', { limit: format.money(facts.ceilingFen) })}`}
        </li>
      ))}
    </ul>
  )
}
