import { z } from 'zod'
import { announcedBehind, type AnnouncedPlace } from '#db/announced/feed.ts'
import { LongCursorSchema, textOf, textsOf } from '#http/announced/cursor.ts'
import { CloudEventSchema } from '#http/announced/schemas.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, LimitSchema } from '#http/route.ts'
import { announcedEventOf } from '#operations/announcements/announced-event.ts'

const feedSchema = {
  operationId: 'listAnnouncedEvents',
  summary: 'What all members and shops were told, as CloudEvents, for other systems',
  description:
    'Keep `next` and ask with it again, at once while events come, else now and then. No event is ever passed over, and none comes twice behind one cursor. An event is held back while a transaction that began to write before it still runs.',
  tags: ['Events'],
  querystring: z.strictObject({
    after: LongCursorSchema.optional().meta({ description: 'The `next` of the page before.' }),
    limit: LimitSchema.optional(),
  }),
  response: answers(
    {
      200: {
        description: 'The events behind the cursor, in the order that never changes.',
        schema: z.object({
          events: z.array(CloudEventSchema),
          next: z.string().nullable().meta({
            description: 'The cursor behind these events; null while there never was one.',
          }),
        }),
      },
    },
    ['requests/bad-cursor'],
  ),
}

/** What members and shops are told, for other systems that ask. */
export function announcedFeedRoute(http: Http, { db, market }: HttpContext): void {
  http.get(
    '/announcements',
    { schema: feedSchema, config: { access: ['service', 'operator'] } },
    async (request, reply) => {
      const { after, limit = 100 } = request.query
      const place = after === undefined ? undefined : placeOf(after)
      if (after !== undefined && place === undefined) {
        return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      }
      const found = await announcedBehind(db, place, limit)

      const last = found.at(-1)?.place
      const next =
        last === undefined
          ? after
          : textOf([last.server, last.writtenIn, last.of, last.subjectId, last.id])
      return reply.send({
        events: found.map((each) => announcedEventOf(each, market.zone)),
        next: next ?? null,
      })
    },
  )
}

function placeOf(cursor: string): AnnouncedPlace | undefined {
  const [server = '', writtenIn = '', of = '', subjectId = '', id = ''] = textsOf(cursor, 5) ?? []
  const isPlace = [server, writtenIn].every((each) => /^[0-9]{1,19}$/.test(each))
  if (!isPlace || (of !== 'member' && of !== 'shop')) return undefined
  return { server, writtenIn, of, subjectId, id }
}
