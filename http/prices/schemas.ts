import { z } from 'zod'
import { CampaignNameSchema } from '#http/campaigns/schemas.ts'
import type { Moment } from '#http/cursor.ts'
import { DayTextSchema, ShopParamsSchema } from '#http/shops/schemas.ts'
import { IdSchema } from '#rules/fields.ts'
import { instantFromText } from '#rules/time/instants.ts'

export const SkuSchema = IdSchema.meta({
  description: "The shop's own id of what it sells.",
  examples: ['sku-1'],
})

export const ShopCampaignParamsSchema = ShopParamsSchema.extend({ campaign: CampaignNameSchema })

export const DaysTextSchema = z
  .tuple([DayTextSchema, DayTextSchema])
  .meta({ description: 'Business days, both included.' })

/** Where a list of prices goes on: their ids are longer than those of other lists. */
export const PriceCursorSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,4000}$/, { error: 'A cursor is the nextCursor of the page before.' })
  .meta({ description: 'The `nextCursor` of the page before.' })

/** A place in a list of prices, as text. */
export function placeText({ at, id }: Moment): string {
  return Buffer.from(`${at.epochMilliseconds}/${id}`).toString('base64url')
}

/** Reads it back; `undefined` when there can be no such place. */
export function placeIn(cursor: string): Moment | undefined {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  const [, digits = '', id = ''] = /^([0-9]{1,15})\/([^\p{Cc}]{1,1000})$/u.exec(text) ?? []
  if (id === '') return undefined
  const at = instantFromText(Temporal.Instant.fromEpochMilliseconds(Number(digits)).toString())
  return at === undefined ? undefined : { at, id }
}
