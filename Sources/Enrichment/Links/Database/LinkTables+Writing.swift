import Contracts
import Ledger
import Postgres
import Time

extension LinkTables {
  /// Removes pairs of which a side is gone, but for those of which a person has decided: the row may come back.
  /// - Returns: the number of pairs.
  func removeVanished(from database: Database, deadline: Deadline) throws(PipelineError) -> Int {
    let isGone = "not exists (select from (\(left)) x where x.source = l.left_source and x.id = l.left_id)"
    let isGoneRight = "not exists (select from (\(right)) x where x.source = l.right_source and x.id = l.right_id)"
    return try database.retrying(deadline: deadline) {
      try database.connection.pipeline(
        [
          PostgresStatement(
            "delete from entity_links l where entity = $1 and verdict is null and (\(isGone) or \(isGoneRight))",
            [.text(entity.rawValue)]),
          // A row that comes back is compared again.
          PostgresStatement(
            """
            delete from entity_comparisons c where entity = $1
              and not exists (select from (\(left)) x where x.source = c.source and x.id = c.id)
              and not exists (select from (\(right)) x where x.source = c.source and x.id = c.id)
            """, [.text(entity.rawValue)]),
        ], deadline: deadline)[0].affectedRows
    }
  }

  /// Stores the pairs of some entities of one side, all that they have, and that these were compared. What a person
  /// decided stays. Storing the same again changes times only.
  func store(
    _ pairs: [LinkPair], of batch: [LinkRow], in database: Database, deadline: Deadline
  ) throws(PipelineError) -> (new: Int, removed: Int) {
    let columns: [PostgresValue] = [
      .text(entity.rawValue), .texts(pairs.map(\.left.source)), .texts(pairs.map(\.left.id)),
      .texts(pairs.map(\.right.source)), .texts(pairs.map(\.right.id)),
    ]
    let side = batch.first?.isLeft == true ? "left" : "right"
    let statements = [
      PostgresStatement(
        """
        delete from entity_links l
        using unnest($6::text[], $7::text[]) b (source, id)
        where l.entity = $1 and l.verdict is null and l.\(side)_source = b.source and l.\(side)_id = b.id
          and not exists (
            select from unnest($2::text[], $3::text[], $4::text[], $5::text[]) p (ls, li, rs, ri)
            where (ls, li, rs, ri) = (l.left_source, l.left_id, l.right_source, l.right_id))
        """, columns + [.texts(batch.map(\.source)), .texts(batch.map(\.id))]),
      PostgresStatement(
        """
        insert into entity_links as l (entity, left_source, left_id, right_source, right_id, score, method)
        select $1, p.* from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::text[])
          p (ls, li, rs, ri, score, method)
        -- In one order, so that two processes do not wait for each other.
        order by ls, li, rs, ri
        on conflict (entity, left_source, left_id, right_source, right_id) do update set score = excluded.score,
          method = excluded.method, last_seen = now()
        returning (xmax = 0) as is_new
        """,
        columns + [.doubles(pairs.map(\.score.value)), .texts(pairs.map(\.score.method.rawValue))]),
      PostgresStatement(
        """
        insert into entity_comparisons as c (entity, source, id, fingerprint)
        select $1, b.* from unnest($2::text[], $3::text[], $4::text[]) b (source, id, fingerprint) order by 2, 3
        on conflict (entity, source, id) do update set fingerprint = excluded.fingerprint, compared_at = now()
        """,
        [
          .text(entity.rawValue), .texts(batch.map(\.source)), .texts(batch.map(\.id)),
          .texts(batch.map(\.fingerprint)),
        ]),
    ]
    return try database.retrying(deadline: deadline) {
      try database.connection.transaction(deadline: deadline) {
        let results = try database.connection.pipeline(statements, deadline: deadline)
        let isNew: [Bool] = try results[1].map { try $0["is_new"] }
        return (new: isNew.count { $0 }, removed: results[0].affectedRows)
      }
    }
  }
}
