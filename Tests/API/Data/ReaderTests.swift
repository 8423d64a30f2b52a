import APISetup
import APISupport
import Contracts
import Foundation
import Ledger
import Postgres
import Settings
import TestSupport
import Testing
import Time

@testable import APIData

extension APIDataTests {
  @Suite("The API's connections and what migrate --api makes")
  struct ReaderTests {
    private var deadline: Deadline { Deadline(after: .seconds(30), on: SystemTime()) }

    private func prepare(_ url: String) throws -> [String] {
      try APISetup(Database(url: url, migrations: [])).prepare(deadline: deadline) { _ in }
    }

    @Test("A connection cannot write, whatever its role may do")
    func readOnly() throws {
      let items = try ItemDatabase()
      let reader = try APIDatabase(url: items.database.url, connections: 1)
      let error = #expect(throws: PipelineError.self) {
        try reader.read { _, connection, deadline in
          _ = try connection.query("delete from unified_items", deadline: deadline)
        }
      }
      #expect(error?.message.contains("read-only transaction") == true)
    }

    @Test("Errors name the setting that has the address")
    func variable() throws {
      let away = "postgresql://u:p@127.0.0.1:1/d"
      func message(_ environment: [String: String]) throws -> String? {
        var configuration = Configuration(environment: environment.merging(["API_PUBLIC": "true"]) { $1 })
        let reader = try APIDatabase(APISettings(from: &configuration), connections: 1)
        return #expect(throws: PipelineError.self) {
          try reader.read(within: .seconds(1)) { _, connection, deadline in try connection.open(deadline: deadline) }
        }?.message
      }
      #expect(try message(["PG_DATABASE_URL": away])?.hasPrefix("PG_DATABASE_URL: 127.0.0.1:1 refuses") == true)
      #expect(
        try message(["API_DATABASE_URL": away, "PG_DATABASE_URL": "postgresql://h/d"])?
          .hasPrefix("API_DATABASE_URL: 127.0.0.1:1 refuses") == true)
      let weak = #expect(throws: PipelineError.self) {
        try message(["API_DATABASE_URL": "postgresql://u:p@db.example.org/d"])
      }
      #expect(weak?.message.hasPrefix("API_DATABASE_URL: ") == true)
    }

    @Test("A statement that takes too long ends, and the next one runs")
    func timeout() throws {
      let items = try ItemDatabase()
      let reader = try APIDatabase(url: items.database.url, connections: 1, timeout: .milliseconds(300))
      let error = #expect(throws: PipelineError.self) {
        try reader.read { _, connection, deadline in _ = try connection.query("select pg_sleep(5)", deadline: deadline)
        }
      }
      #expect(error?.name.isRetryable == true)
      let one: Int = try reader.read(within: .seconds(10)) { _, connection, deadline in
        try connection.query("select 1::bigint", deadline: deadline)[0][0]
      }
      #expect(one == 1)
    }

    @Test("More threads than connections wait for one another")
    func sharing() throws {
      let items = try ItemDatabase()
      let reader = try APIDatabase(url: items.database.url, connections: 2, timeout: .seconds(20))
      let responses = Locked(0)
      concurrently(
        (0..<20).map { _ in
          {
            let one: Int? = try? reader.read { _, connection, deadline in
              try connection.query("select 1::bigint from pg_sleep(0.01)", deadline: deadline)[0][0]
            }
            responses.change { $0 += one ?? 0 }
          }
        })
      #expect(responses.change { $0 } == 20)
    }

    @Test("Settings in the address stay beside those of a reader")
    func options() throws {
      let items = try ItemDatabase()
      let separator = items.database.url.contains("?") ? "&" : "?"
      let url = "\(items.database.url)\(separator)options=-c%20search_path%3Dpg_catalog"
      let reader = try APIDatabase(url: url, connections: 1)
      let shown: String = try reader.read { _, connection, deadline in
        try connection.query(
          "select current_setting('search_path') || current_setting('default_transaction_read_only')",
          deadline: deadline)[
            0][0]
      }
      #expect(shown == "pg_catalogon")
    }

    @Test("The role reads every table, also later ones, and writes none")
    func role() throws {
      let items = try ItemDatabase()
      #expect(try prepare(items.database.url).isEmpty)
      #expect(try prepare(items.database.url).isEmpty)
      try items.run("create table later (n integer)")
      let user = "api_\(UInt32.random(in: 0 ... .max))"
      try items.run("create role \(user) login password 'secret' in role festvibes_reader")
      defer { try? items.run("drop role \(user)") }
      let url = TestDatabase.url(server: items.database.url, user: user, password: "secret")
      let connection = PostgresConnection(try PostgresURL(url), applicationName: "tests")
      for table in ["unified_items", "etl_runs", "events", "later"] {
        _ = try connection.query("select count(*) from \(table)", deadline: deadline)
      }
      for statement in ["insert into later values (1)", "delete from etl_runs", "create table mine (n integer)"] {
        #expect(throws: PostgresError.self) { try connection.query(statement, deadline: deadline) }
      }
    }

    @Test("The search and the orders have an index that the server uses")
    func indexes() throws {
      let items = try ItemDatabase()
      try items.addItems(20_000)
      #expect(try prepare(items.database.url).isEmpty)
      try items.run("analyze unified_items")
      let connection = try items.database.connect()
      func plan(_ sql: String) throws -> String {
        let rows = try connection.query("explain \(sql)", deadline: deadline)
        return try rows.map { try $0[0] as String }.joined(separator: "\n")
      }
      #expect(
        try plan("select * from unified_items where (title ilike '%A_B 1999%' or description ilike '%A_B 1999%')")
          .contains("unified_items_api_search"))
      let standard = ItemSort().sql(in: ItemTable(columns: ["_first_seen"]))
      for (name, condition) in [("category", "category = 'c1'"), ("status", "status = 'inactive'")] {
        #expect(
          try plan("select * from unified_items where \(condition) order by \(standard) limit 50")
            .contains("unified_items_api_\(name)"))
      }
      let table = ItemTable(columns: Set(ItemSort.Field.allCases.map(\.column)))
      for field in ItemSort.Field.allCases {
        for isAscending in [true, false] {
          let order = ItemSort(field: field, isAscending: isAscending).sql(in: table)
          #expect(
            try plan("select * from unified_items order by \(order) limit 50")
              .contains("unified_items_api_\(field.rawValue)"), "\(order)")
        }
      }
    }

    @Test("A database without items is prepared, but for the indexes, and says so")
    func noItems() throws {
      let items = try ItemDatabase(hasTable: false)
      let notes = try prepare(items.database.url)
      #expect(notes.count == 2)
      #expect(notes.first == "the role festvibes_reader is ready")
      #expect(notes.last?.contains("before there is a table unified_items") == true)
      #expect(try items.total("") == 0)
    }
  }
}
