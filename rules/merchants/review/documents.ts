import { z } from 'zod'
import { nameOf, TitleSchema } from '#rules/fields.ts'

/** A short name in policies: of a kind of document, a stage, a category of tickets. */
export const SlugSchema = z.string().regex(/^(?!__proto__$)[a-zA-Z][a-zA-Z0-9-]{0,62}$/, {
  error: 'This is a name of letters, digits and -, such as brandAuthorisation.',
})

/** A kind of document that an application needs. */
export const DocumentNeedSchema = z.strictObject({
  kind: SlugSchema,
  title: TitleSchema,
  atLeast: z.int().min(1).max(20).default(1),
})

export type DocumentNeed = z.output<typeof DocumentNeedSchema>

/** What is kept of a document (RV-1). */
export const DocumentSchema = z.strictObject({
  kind: SlugSchema,
  name: nameOf(200).meta({ examples: ['licence.pdf'] }),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, { error: 'A SHA-256 is 64 digits of 0-9 a-f.' })
    .meta({ examples: ['ab'.repeat(32)] }),
  sizeBytes: z.int().min(1).max(1_000_000_000),
  mediaType: z
    .string()
    .regex(/^[a-z]+\/[a-z0-9.+-]{1,60}$/, { error: 'A media type is such as application/pdf.' })
    .meta({ examples: ['application/pdf'] }),
})

export type Document = z.output<typeof DocumentSchema>

/** A kind of document of which there are too few. */
export type Missing = { readonly kind: string; readonly missing: number }

/** What an application still lacks (RV-1), in the order of its rules. */
export function missingDocuments(
  needs: readonly DocumentNeed[],
  documents: readonly { readonly kind: string; readonly sha256: string }[],
): readonly Missing[] {
  return needs.flatMap(({ kind, atLeast }) => {
    const given = new Set(documents.filter((each) => each.kind === kind).map((each) => each.sha256))
    return given.size < atLeast ? [{ kind, missing: atLeast - given.size }] : []
  })
}
