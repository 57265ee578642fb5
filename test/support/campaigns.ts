import { sql } from 'kysely'
import type { Database } from '#db/connection.ts'

const title = { zh: '测试', en: 'Test' }

/** A campaign of the Double 11 of 2017 with one venue, and with what a test changes of it. */
export function fairOf(capacity: Readonly<Record<string, number>>, changes: object = {}): object {
  const window = (from: string, to: string) => ({
    from: `2017-${from}T00:00:00+08:00`,
    to: `2017-${to}T00:00:00+08:00`,
  })
  return {
    title,
    phases: [
      { name: 'signUp', window: window('08-01', '09-05') },
      { name: 'results', window: window('09-05', '09-06') },
      { name: 'day', window: window('11-11', '11-12') },
    ],
    identities: [
      { name: 'event', title, goods: 'all' },
      { name: 'happyMobilisation', title, goods: 'all' },
    ],
    venues: [{ name: 'main', title, identities: ['event'], capacity }],
    allowance: {
      steps: [
        { threshold: '400.00', off: '50.00' },
        { threshold: '600.00', off: '30.00' },
      ],
      excludedCategories: ['gold'],
    },
    ...changes,
  }
}

/** A step of the allowance that a shop of a test chose, in fen. */
export type TestStep = {
  readonly category?: string
  readonly threshold: number
  readonly off: number
}

/** Has shops shortlisted without their having gone the way. */
export async function shortlist(
  { db }: { readonly db: Database },
  campaign: string,
  shopIds: readonly string[],
  { identity = 'event', steps }: { identity?: string; steps?: readonly TestStep[] } = {},
): Promise<void> {
  const at = '2017-09-05T00:00:00+08:00'
  await sql`
    insert into jifen.enrolment (
      campaign, shop_id, status, main_category, identity, applied_at, applied_by, told_at,
      approved_at, changed_at
    )
    select ${campaign}, shop_id, 'shortlisted', main_category, ${identity}, ${at}::timestamptz,
      'test', ${at}::timestamptz, ${at}::timestamptz, ${at}::timestamptz
    from jifen.shop where shop_id = any(${shopIds}::text[])
  `.execute(db)
  if (steps === undefined) return
  await sql`
    insert into jifen.enrolment_supplement (
      campaign, shop_id, attempt, name, kind, done_at, done_by, changed_at, detail
    )
    select ${campaign}, shop_id, 1, 'allowanceSteps', 'allowanceSteps', ${at}::timestamptz,
      'test', ${at}::timestamptz, ${JSON.stringify(steps)}::json
    from jifen.shop where shop_id = any(${shopIds}::text[])
  `.execute(db)
}
