import { OperationNodeTransformer, type KyselyPlugin, type RawNode } from 'kysely'
import type { Database } from '#db/connection.ts'

/**
 * The same database with one piece of every raw statement replaced: for controls, which show that a
 * test would see the fault it is there for. Throws if, when it is asked, nothing was ever replaced.
 */
export function sabotaged(
  db: Database,
  piece: RegExp,
  by: string,
): { readonly db: Database; readonly replaced: () => number } {
  let count = 0
  const transformer = new (class extends OperationNodeTransformer {
    protected override transformRaw(node: RawNode): RawNode {
      const sqlFragments = node.sqlFragments.map((fragment) =>
        fragment.replace(piece, () => {
          count += 1
          return by
        }),
      )
      return super.transformRaw({ ...node, sqlFragments })
    }
  })()
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => transformer.transformNode(node),
    transformResult: ({ result }) => Promise.resolve(result),
  }
  return { db: db.withPlugin(plugin), replaced: () => count }
}
