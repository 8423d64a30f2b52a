import JSON
import Testing

@testable import PostgresSink

@Suite("The definition of a table")
struct TableDefinitionTests {
  private func problems(_ yaml: String) -> [String] { PostgresSinkTests.read(yaml).1 }

  private func table(_ yaml: String) throws -> TableDefinition {
    try TableDefinition(PostgresSinkTests.section(yaml))
  }

  @Test("has columns in a short and a long form")
  func columns() throws {
    let table = try table(PostgresSinkTests.prices)
    #expect(table.sql == #""public"."prices""# && table.label == "prices" && table.key == ["id"])
    #expect(table.columns.map(\.name) == ["id", "price", "rank", "seen"])
    #expect(
      table.columns.map(\.type) == [.text(maximum: nil), .numeric(precision: 12, scale: 2), .integer, .timestamptz])
    #expect(table.columns.map(\.allowsNull) == [false, true, true, true])
    #expect(table.unknownField == .ignore && !table.evolves && !table.softDelete)
  }

  @Test("names the place of each problem, and what is allowed")
  func places() {
    func expect(_ yaml: String, _ line: Int, _ column: Int, _ text: String) {
      let found = problems(yaml)
      #expect(found.count == 1 && found.first?.hasPrefix("x.yaml:\(line):\(column): \(text)") == true, "\(found)")
    }
    expect("table: a\nkey: x\ncolumns:\n  id: text", 7, 3, "load.key: x is no column: it must be one of id")
    expect(
      "table: a\nkey: id\ncolumns:\n  id: txt", 9, 9,
      "load.columns.id.type: it is 'txt': it must be one of text, integer")
    expect(
      "table: a\nkey: id\ncolumns:\n  id: text\n  n: {type: integer, check: n >= x}", 10, 24,
      "load.columns.n.check: it must be a rule on the column itself")
    expect(
      "table: a\nkey: id\ncolumns:\n  id: text\n  n: {type: integer, default: x}", 10, 24,
      "load.columns.n.default: it must be an integer")
    expect(
      "table: a\nkey: id\ncolumns:\n  id: text\n  n: {type: integer, default: -1, check: n > 0}", 10, 24,
      "load.columns.n.default: it does not satisfy the check n > 0")
    expect(
      "table: a\nkey: id\ncolumns:\n  id: text\n  n: {type: integer, max_length: 3}", 10, 24,
      "load.columns.n.max_length: only a text")
    expect(
      "table: a\nkey: id\ncolumns:\n  id: text\n  _run: text", 10, 5,
      "load.columns._run: the column's name must be a letter")
    expect("table: a\nkey: [id, id]\ncolumns: {id: text}", 7, 3, "load.key: id is in it twice")
    expect("table: a\nkey: id\ncolumns: {id: jsonb}", 7, 3, "load.key: the column id cannot be in a key")
    expect(
      "table: a\nkey: id\ncolumns: {id: {type: text, from: $run}}", 7, 3,
      "load.key: the column id cannot be in a key")
    expect("table: a\nkey: id\ncolumns: {id: {type: text, from: $x}}", 8, 30, "load.columns.id.from: $x is no fact")
    expect(
      "table: a\nkey: id\ncolumns: {id: text, r: {type: text, from: $record}}", 8, 27,
      "load.columns.r.type: it must be jsonb")
    expect("table: a\nkey: []\ncolumns: {id: text}", 7, 3, "load.key: it must name 1 to 16 columns")
    expect("table: a\nkey: id\ncolumns: {}", 8, 3, "load.columns: it has no column")
    expect(
      "table: a\nkey: id\ncolumns: {id: text}\nmetadata: m\non_unknown_field: ignore", 9, 3,
      "load.metadata: it is the column of")
    expect(
      "table: a\nkey: id\ncolumns: {id: text}\non_unknown_field: keep\nschema_contract: discard_row", 9, 3,
      "load.on_unknown_field: it is keep, but schema_contract is discard_row")
    expect(
      "table: a\nkey: id\ncolumns: {id: text, metadata: text}\non_unknown_field: keep", 8, 23,
      "load.columns.metadata.type: it must be jsonb")
  }

  @Test("has no NUL character in a comment, which would end the statement")
  func nul() {
    for yaml in [
      #"summary: "a\0b""#, #"columns: {id: {type: text, summary: "a\0"}}"#,
      #"columns: {id: {type: text, from: "a\0"}}"#,
    ] {
      let found = problems("table: a\nkey: id\n\(yaml.hasPrefix("columns") ? "" : "columns: {id: text}\n")\(yaml)")
      #expect(found.count == 1 && found.first?.contains("without a NUL character") == true, "\(found)")
    }
  }

  @Test("has names that are plain, short, and nobody else's")
  func names() {
    let long = String(repeating: "a", count: 64)
    for name in [
      #"'a"; drop table x; --'"#, "a.b.c", ".a", "a.", "\"\"", "1a", "é", "a-b", "a b", long, "pg_catalog.x",
      "information_schema.x",
      "loads", "etl_runs", "public.rejected_records", "etl_tables",
    ] {
      #expect(
        problems("table: \(name)\nkey: id\ncolumns: {id: text}").first?.contains("load.table: ") == true, "\(name)")
    }
    for name in [#"'a"b'"#, "xmin", "ctid", "_x", "a b", long, "'a;b'", "ä"] {
      let found = problems("table: a\nkey: id\ncolumns:\n  id: text\n  \(name): text")
      #expect(found.first?.contains("the column's name must be") == true, "\(name): \(found)")
    }
    #expect(
      problems("table: catalog.loads\nkey: id\ncolumns: {id: text, \(long.dropLast()): text, Order: text}").isEmpty)
  }
}

@Suite("Checks")
struct CheckTests {
  private func check(_ text: String, _ type: ColumnType = .integer) -> Check? { CheckReader.read(text, of: "n", type) }

  @Test("are read, and written as SQL with quoted names and values")
  func sql() {
    func sql(_ text: String, _ type: ColumnType = .integer) -> String? { check(text, type)?.sql(for: "n", type) }
    #expect(sql("n >= 0") == #""n" >= (0)"#)
    #expect(sql("n != -1.50") == #""n" <> (-1.5)"#)
    #expect(sql("n between 0 and 5 and n <> 3") == #""n" between (0) and (5) and "n" <> (3)"#)
    #expect(sql("n in (1,2)") == #""n" in ((1), (2))"#)
    #expect(
      sql("length(n) > 0 and n not in ('it''s', 'a\\b')", .text(maximum: nil))
        == #"char_length("n") > (0) and "n" not in ('it''s', E'a\\b')"#)
    #expect(sql("n < '2024-01-01'", .date) == #""n" < '2024-01-01'::date"#)
    #expect(sql("n = '1970-01-01T00:00:01Z'", .timestamptz)?.contains("1000000 * interval") == true)
  }

  @Test("are nothing but the grammar")
  func refused() {
    for text in [
      "", "n", "n >", "n > 0 and", "n > 0 or n < 1", "m > 0", "n > m", "n > 0; drop table x", "n > 0 -- x",
      "n > (select 1)", "n > 1e3",
      "n > 0)", "n in ()", "n in (1", "n in (1,)", "n between 1", "n between 1 and 'x'", "n = 'x'", "n not > 0",
      "length(n) > 0", "n > 0/*",
      "n > $1", "pg_sleep(1) > 0", "n >= 0\nand n < 5", "n => 0", "n > 1.2.3", "n > --1", "n > é", "N > 0",
    ] { #expect(check(text) == nil, "\(text)") }
    for text in [
      "n > 'a'", "n = 'a", "n = 1", "n between 'a' and 'b'", "n = 'a' 'b'", "n = ''' or true --", "length(n) > '1'",
      "length (m) > 0",
    ] {
      #expect(check(text, .text(maximum: nil)) == nil, "\(text)")
    }
    #expect(
      check("n = true", .boolean) == nil && check("n = '{}'", .jsonb) == nil && check("length(n) > 0", .texts) == nil)
  }

  @Test("accept values as the server does; null satisfies all")
  func accepts() throws {
    let number = try #require(check("n between 0 and 10 and n <> 5 and n not in (7, 8)"))
    for (value, isAccepted) in [(0, true), (10, true), (-1, false), (11, false), (5, false), (8, false)] {
      #expect(number.accepts(.integer(value)) == isAccepted, "\(value)")
    }
    #expect(number.accepts(.null))
    let price = try #require(check("n > 0.5", .numeric(precision: nil, scale: 0)))
    for (text, isAccepted) in [("0.5", false), ("0.50000000000000000001", true), ("-3", false), ("1e300", true)] {
      #expect(price.accepts(.decimal(try #require(DecimalNumber(text)))) == isAccepted, "\(text)")
    }
    let text = try #require(check("length(n) <= 2 and n <> 'ab'", .text(maximum: nil)))
    #expect(
      text.accepts(.text("é")) && text.accepts(.text("e\u{301}")) && !text.accepts(.text("e\u{301}x"))
        && !text.accepts(.text("ab")))
    let time = try #require(check("n >= '2024-01-01T00:00:00Z'", .timestamptz))
    #expect(
      time.accepts(.time(microseconds: 1_704_067_200_000_000))
        && !time.accepts(.time(microseconds: 1_704_067_199_999_999)))
    #expect(try #require(check("n < '2024-01-01'", .date)).accepts(.date(.init(daysSinceEpoch: 0))))
    #expect(try #require(check("n <= 1.5", .double)).accepts(.double(1.5)))
  }
}

@Suite("Parts of SQL")
struct SQLTests {
  @Test("escape marks also before combining characters, which make one Character of the two")
  func combining() {
    #expect(SQL.literal("a'\u{301}b") == "'a''\u{301}b'")
    #expect(SQL.quoted("a\"\u{301}b") == "\"a\"\"\u{301}b\"")
    #expect(SQL.literal("\\\u{301}'") == "E'\\\\\u{301}'''")
    #expect(SQL.array(["\"\u{301}", "\\", ""]) == "{\"\\\"\u{301}\",\"\\\\\",\"\"}")
  }
}
