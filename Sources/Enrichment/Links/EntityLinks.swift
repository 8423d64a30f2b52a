import Contracts
import FoundationEssentials
import Ledger
import Postgres
import Time

/// The pairs that were found, and what people decide about them.
public final class EntityLinks {
  private let database: Database

  public init(_ database: Database) { self.database = database }

  /// Returns pairs: the doubtful ones first if only those are asked for, by score; else by name.
  /// - Parameters:
  ///   - entity: the kind; nil for both.
  ///   - states: the states of the pairs that are returned.
  public func list(
    _ entity: LinkedEntity? = nil, in states: [EntityLink.State] = EntityLink.State.allCases, deadline: Deadline
  ) throws(PipelineError) -> [EntityLink] {
    var links: [EntityLink] = []
    for kind in LinkedEntity.allCases where entity == nil || entity == kind {
      let tables = LinkTables(kind)
      guard try tables.areThere(in: database, deadline: deadline) else { continue }
      let query = PostgresStatement(
        """
        select s.*, l.name as left_name, concat_ws(', ', l.address, l.city) as left_place, r.name as right_name,
          concat_ws(', ', r.address, r.city) as right_place
        from entity_link_states s
          left join (\(tables.left)) l on l.source = s.left_source and l.id = s.left_id
          left join (\(tables.right)) r on r.source = s.right_source and r.id = s.right_id
        where s.entity = $1 and s.state = any ($2)
        order by lower(l.name), s.left_id, s.score desc, s.right_source, s.right_id
        """, [.text(kind.rawValue), .texts(states.map(\.rawValue))])
      links += try database.reading(query, deadline: deadline) { rows in try rows.map { try Self.link($0, kind) } }
    }
    return links
  }

  private static func link(_ row: PostgresRow, _ entity: LinkedEntity) throws -> EntityLink {
    let state: String = try row["state"]
    return EntityLink(
      entity: entity, left: try side("left", row), right: try side("right", row), score: try row["score"],
      method: try row["method"], state: EntityLink.State(rawValue: state) ?? .doubtful,
      decidedBy: try row["decided_by"], decidedAt: try row["decided_at"], firstSeen: try row["first_seen"],
      lastSeen: try row["last_seen"])
  }

  private static func side(_ side: String, _ row: PostgresRow) throws -> EntityLink.Side {
    let place: String? = try row["\(side)_place"]
    return EntityLink.Side(
      source: try row["\(side)_source"], id: try row["\(side)_id"], name: try row["\(side)_name"],
      place: place.flatMap { $0.isEmpty ? nil : $0 })
  }

  /// Stores what a person decided about a pair, also about one that was not found. Deciding again replaces it.
  /// - Parameters:
  ///   - left: the id in the tables of concerts.
  ///   - right: the id in the catalog.
  /// - Throws: `InvalidInput` if either does not exist.
  public func decide(
    _ verdict: LinkVerdict, _ entity: LinkedEntity, left: String, right: String, by person: String?, deadline: Deadline
  ) throws(PipelineError) {
    let pair = try pair(entity, left, right, deadline: deadline)
    let statement = PostgresStatement(
      """
      insert into entity_links as l (entity, left_source, left_id, right_source, right_id, score, method, verdict,
        decided_by, decided_at)
      values ($1, $2, $3, $4, $5, $6, 'manual', $7, $8, now())
      on conflict (entity, left_source, left_id, right_source, right_id) do update set verdict = excluded.verdict,
        decided_by = excluded.decided_by, decided_at = excluded.decided_at
      """,
      [
        .text(entity.rawValue), .text(pair.left.source), .text(pair.left.id), .text(pair.right.source),
        .text(pair.right.id), .double(pair.score.value), .text(verdict.rawValue), .text(person),
      ])
    _ = try database.retrying(deadline: deadline) {
      try database.connection.query(statement.sql, statement.values, deadline: deadline).affectedRows
    }
  }

  /// Forgets what was decided about a pair: its score counts again, and a pair that was not found is removed.
  /// - Returns: false if nothing was decided about it.
  public func undecide(
    _ entity: LinkedEntity, left: String, right: String, deadline: Deadline
  ) throws(PipelineError) -> Bool {
    let isPair = "entity = $1 and left_id = $2 and right_id = $3 and verdict is not null"
    let values: [PostgresValue] = [.text(entity.rawValue), .text(left), .text(right)]
    let results = try database.retrying(deadline: deadline) {
      try database.connection.transaction(deadline: deadline) {
        try database.connection.pipeline(
          [
            PostgresStatement("delete from entity_links where \(isPair) and score < \(LinkScore.doubtful)", values),
            PostgresStatement(
              "update entity_links set verdict = null, decided_by = null, decided_at = null where \(isPair)", values),
          ], deadline: deadline
        ).map(\.affectedRows)
      }
    }
    return results.reduce(0, +) > 0
  }

  private func pair(
    _ entity: LinkedEntity, _ left: String, _ right: String, deadline: Deadline
  ) throws(PipelineError) -> LinkPair {
    let tables = LinkTables(entity)
    guard try tables.areThere(in: database, deadline: deadline) else {
      throw PipelineError(.invalidInput, "the table \(tables.catalog) does not exist: no dataset has filled it yet")
    }
    let rows = try tables.rows(of: database, ids: [left, right], deadline: deadline)
    guard let one = rows.first(where: { $0.isLeft && $0.id == left }) else {
      throw PipelineError(.invalidInput, "there is no \(entity.rawValue) \(left) in the table \(entity.rawValue)s")
    }
    guard let other = rows.first(where: { !$0.isLeft && $0.id == right }) else {
      throw PipelineError(.invalidInput, "there is no \(entity.rawValue) \(right) in the table \(tables.catalog)")
    }
    return LinkPair(one, other, LinkSubject(one, entity).score(with: LinkSubject(other, entity)))
  }
}
