import ConcertsSink
import Contracts
import Enrichment
import Ledger
import Postgres
import TestSupport
import Testing
import Time

@testable import Search

@Suite("The search's SQL functions", .enabled(if: TestDatabase.hasVectors, withVectors))
final class SearchFunctionTests {
  private let world: SearchWorld

  init() throws { world = try SearchWorld() }

  @discardableResult
  private func rows(_ sql: String, _ values: [PostgresValue] = []) throws -> PostgresRows {
    try world.connection.query(sql, values, deadline: world.deadline)
  }

  @Test("take the place of an earlier version with other arguments")
  func earlierSignature() throws {
    try world.connection.execute(
      script: """
        drop function search_events;
        create function search_events(query vector, max_rows integer) returns setof integer language sql
          as 'select 1';
        comment on function search_events is 'Scheduled events by meaning. (12ab34cd56ef7890)';
        """, deadline: world.deadline)
    let schema = EmbeddingSchema(
      world.ledger, adding: [.init(isCurrent: SearchFunctions.isCurrent, script: SearchFunctions.searchFunctions)])
    #expect(try schema.prepare(deadline: world.deadline) == nil)
    let functions = try rows(
      "select proname || pronargs from pg_proc where proname in ('search_events', 'similar_artists') order by 1")
    #expect(try functions.map { try $0[0] } == ["search_events18", "similar_artists3"])
    #expect(try rows("select \(SearchFunctions.isCurrent) as current").first?["current"] == true)
  }

  @Test("are made beside functions of the same names that are not the search's, and which stay")
  func foreign() throws {
    try world.connection.execute(
      script: """
        create function search_events(words text) returns integer language sql as 'select 7';
        create function similar_artists() returns integer language sql as 'select 8';
        comment on function search_events(vector, date, date, integer[], interval, interval, boolean, double precision,
          double precision, integer[], double precision, text[], text[], integer[], text, integer, text, text)
          is 'an earlier one';
        """, deadline: world.deadline)
    let schema = EmbeddingSchema(
      world.ledger, adding: [.init(isCurrent: SearchFunctions.isCurrent, script: SearchFunctions.searchFunctions)])
    #expect(try schema.prepare(deadline: world.deadline) == nil)
    #expect(try rows("select \(SearchFunctions.isCurrent) as current").first?["current"] == true)
    #expect(try rows("select search_events('x'::text) + similar_artists() as sum").first?["sum"] == 15)
    try world.addVenue("Blue Door")
    try world.addEvent("Ada Quintet", "Blue Door", "2026-05-30 20:00")
    #expect(try world.ask("ada").events.count == 1)
  }

  @Test("Vectors of another model than the question's are named")
  func models() throws {
    try world.addVenue("Blue Door")
    try world.addEvent("Ada Quintet", "Blue Door", "2026-05-30 20:00")
    // Those of a former database, and those of this model.
    #expect(try world.ask("quintet").notes == [])
    try rows("update events set embedding_model = 'hashing-1'")
    #expect(try world.ask("quintet").notes == [])
    try rows("update events set embedding_model = 'other-2'")
    let answer = try world.ask("quintet")
    #expect(answer.events.count == 1)
    #expect(
      answer.notes.first?.hasPrefix("Events have vectors of the model other-2, and the question one of hashing-1")
        == true)
    #expect(try world.ask("Saturday at the Blue Door").notes == [])
    #expect(try world.ask("quintet", on: "2026-06-15").notes.allSatisfy { !$0.contains("other-2") })
  }

  @Test("run as their caller, without effects, bound to their schemas, and with the index's settings")
  func properties() throws {
    let functions = try rows(
      """
      select proname, prosecdef, provolatile::text, proparallel::text, proconfig, prosrc ~* '\\mexecute\\M' as dynamic
      from pg_proc where proname in ('search_events', 'similar_artists') order by 1
      """)
    #expect(functions.count == 2)
    for function in functions {
      #expect(try function["prosecdef"] == false)
      #expect(try function["provolatile"] == "s")
      #expect(try function["proparallel"] == "s")
      #expect(try function["dynamic"] == false)
      let settings: [String] = try function["proconfig"]
      #expect(settings.contains("search_path=public, pg_temp"))
    }
    let settings: [String] = try #require(functions.first)["proconfig"]
    #expect(settings.contains("hnsw.iterative_scan=strict_order"))
    #expect(settings.contains("hnsw.ef_search=100"))
  }

  @Test("are made once, and again when they are of another version")
  func versions() throws {
    func isCurrent() throws -> Bool {
      try #require(try rows("select \(SearchFunctions.isCurrent) as current").first)["current"]
    }
    #expect(try isCurrent())
    try rows("comment on function search_events is 'an earlier one'")
    #expect(try !isCurrent())
    let schema = EmbeddingSchema(
      world.ledger, adding: [.init(isCurrent: SearchFunctions.isCurrent, script: SearchFunctions.searchFunctions)])
    #expect(try schema.prepare(deadline: world.deadline) == nil)
    #expect(try isCurrent())
  }

  @Test("A table of the caller's own does not take the place of the real one")
  func temporaryTables() throws {
    try world.addVenue("Blue Door")
    try world.addEvent("Ada Quintet", "Blue Door", "2026-05-30 20:00")
    try world.connection.execute(
      script: "create temp table events (like events including all); set search_path = pg_temp, public",
      deadline: world.deadline)
    #expect(try rows("select * from public.search_events(from_date => '2026-05-01')").count == 1)
  }

  @Test("take any words and names as values")
  func injection() throws {
    try world.addVenue("Blue Door")
    try world.addEvent("Ada Quintet", "Blue Door", "2026-05-30 20:00")
    for text in [
      "'; drop table events; --", "$$; select 1; $$", "a' | 'b & !c:*", "\\'", String(repeating: "x ", count: 9000),
    ] {
      let found = try rows(
        "select * from search_events($1::vector, words => $2, genres => $3)",
        [.text(world.vector("ada")), .text(text), .texts([text])])
      #expect(found.isEmpty)
      #expect(
        try rows(
          "select * from search_events($1::vector, words => $2, zone => 'UTC')",
          [.text(world.vector("ada")), .text(text)]
        ).count == 1)
    }
  }

  @Test("have bounds for the number of rows", arguments: [(0, 0), (-5, 0), (2, 2), (100_000, 3)])
  func limits(limit: Int, expected: Int) throws {
    try world.addVenue("Blue Door")
    for hour in 18...20 { try world.addEvent("Ada Quintet", "Blue Door", "2026-05-30 \(hour):00") }
    #expect(try rows("select * from search_events(max_rows => $1::integer)", [.int(limit)]).count == expected)
  }

  @Test("A vector of another model's length is an error, not a result")
  func dimensions() throws {
    try world.addVenue("Blue Door")
    try world.addEvent("Ada Quintet", "Blue Door", "2026-05-30 20:00")
    #expect(throws: PostgresError.self) { try self.rows("select * from search_events('[1,2,3]'::vector)") }
  }

  @Test("Beyond 50,000 rows the nearest come from the index, and the artist's own with them")
  func index() throws {
    try world.addVenue("Blue Door")
    try world.addArtist("Ada Quintet")
    try world.connection.execute(
      script: """
        insert into events (source, wwoz_event_href, venue_name, event_date, event_text_embedding)
          select 'wwoz', '/events/filler' || n, 'Blue Door', date '2026-05-30',
            case when n % 1000 = 0 then ('[' || n || repeat(',1', 383) || ']')::vector(384) end
          from generate_series(1, 50001) n;
        create index events_nearest on events using hnsw (event_text_embedding vector_cosine_ops);
        analyze events;
        """, deadline: world.deadline)
    let played = try world.addEvent("Ada Quintet", "Blue Door", "2026-05-30 20:00", isEmbedded: false)
    let near = try world.addEvent("Crescent Brass Band", "Blue Door", "2026-05-30 21:00", description: "brass parade")
    let before = try scans()
    let found = try rows(
      """
      select event_id from search_events($1::vector, '2026-05-27', words => 'brass parade',
        named_artists => array(select id from artists)) limit 2
      """, [.text(world.vector("brass parade"))])
    #expect(try Set(found.map { try $0["event_id"] as Int }) == [played, near])
    try rows("select pg_stat_force_next_flush()")
    #expect(try scans() > before)
  }

  /// The number of times that the index of the vectors was read.
  private func scans() throws -> Int {
    let rows = try rows("select idx_scan from pg_stat_user_indexes where indexrelname = 'events_nearest'")
    return try #require(rows.first)["idx_scan"]
  }
}
