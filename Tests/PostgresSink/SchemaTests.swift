import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import PostgresSink

extension PostgresSinkTests {
  @Suite("The table's schema")
  final class SchemaTests: TableSuite {
    private func types() throws -> [String] {
      try lines(
        "attname, format_type(atttypid, atttypmod), case when attnotnull then 'not null' end",
        "pg_attribute where attrelid = 'prices'::regclass and attnum > 0 and not attisdropped and attname not like '\\_%' "
          + "order by attnum")
    }

    private func yaml(_ columns: String, key: String = "id", _ rest: String = "") -> String {
      "table: prices\nkey: \(key)\ncolumns: {\(columns)}\n\(rest)"
    }

    @Test("is created with types, checks, defaults and the key")
    func created() throws {
      try declare(
        """
        table: catalog.prices
        create_schema: true
        summary: "it's a table"
        key: [id, day]
        columns:
          id: {type: text, max_length: 20}
          day: date
          amount: {type: "numeric(12,2)", check: amount between 0 and 10, default: 0}
          state: {type: text, check: "state in ('a''b', 'c\\\\d')", default: c\\d}
          flag: {type: boolean, default: false, null: false}
          ratio: double
          tags: {type: "text[]", default: '["x", "y \\"z\\""]'}
          data: jsonb
        """)
      let report = try load(
        #"[{"id": "a", "day": "2024-05-31", "ratio": 1e-3, "data": {"b": [1.50, null], "a": "x"}, "amount": null}, {"id": "a", "day": "2024-06-01", "tags": ["'", "\\", "{,}"], "state": "a'b", "flag": "true", "amount": 10}, {"id": "b", "day": "2024-06-01", "amount": 10.01}, {"id": "b", "day": "2024-06-01", "state": "x"}, {"id": "123456789012345678901", "day": "2024-06-01"}]"#
      )
      #expect(report.records == RecordCounts(found: 5, new: 2, rejected: 3))
      #expect(
        try lines("id, day, amount, state, flag, ratio, tags, data", "catalog.prices order by day") == [
          #"a|2024-05-31|0.00|c\d|f|0.001|{x,"y \"z\""}|{"a": "x", "b": [1.50, null]}"#,
          #"a|2024-06-01|10.00|a'b|t|{',"\\","{,}"}"#,
        ])
      #expect(
        try lines(
          "conname, contype, pg_get_constraintdef(oid)",
          "pg_constraint where conrelid = 'catalog.prices'::regclass order by 1"
        )
        .count == 3)
      #expect(try lines("obj_description('catalog.prices'::regclass)", "(values (1)) x") == ["it's a table"])
      for values in ["'b', '2024-06-01', -1", "'b', '2024-06-01', 11"] {
        #expect(throws: PostgresError.self) {
          try run(
            "insert into catalog.prices (id, day, amount, _dataset, _item, _raw_key, _first_seen, _last_seen, _content_hash) "
              + "values (\(values), 'x', 'x', 'x', now(), now(), '')")
        }
      }
    }

    @Test("gets new columns, wider types, other checks and comments, and its rows stay unchanged by that")
    func widened() throws {
      try declare(yaml("id: {type: text, max_length: 5}, rank: integer, price: \"numeric(6,2)\", flag: boolean"))
      try load(#"[{"id": "a", "rank": 1, "price": 1.5, "flag": true}, {"id": "b", "rank": 2}]"#)
      try declare(
        yaml(
          "id: text, rank: {type: numeric, check: rank > 1}, price: {type: \"numeric(10,4)\", default: 1}, flag: text, "
            + "size: {type: integer, default: 7, null: false}, note: {type: text, summary: a note}"))
      let report = try load(
        #"[{"id": "a", "rank": 1, "price": 1.5, "flag": true}, {"id": "b", "rank": 2, "size": 7, "price": null}, {"id": "abcdefgh", "rank": 2.5, "price": 0.1234}]"#
      )
      #expect(report.records == RecordCounts(found: 3, new: 1, changed: 1, rejected: 1))
      #expect(
        try types() == [
          "id|text|not null", "rank|numeric", "price|numeric(10,4)", "flag|text", "size|bigint|not null", "note|text",
        ])
      #expect(
        try lines("id, rank, price, flag, size") == ["a|1|1.5000|true|7", "abcdefgh|2.5|0.1234|7", "b|2|1.0000|7"])
      let before = try versions()
      try load(#"[{"id": "b", "rank": 2}]"#)
      #expect(try versions() == before)
    }

    @Test("keeps a row's content hash when columns are added, reordered or widened")
    func stableHash() throws {
      try declare(yaml("id: text, rank: integer, price: \"numeric(6,2)\""))
      let records = #"[{"id": "a", "rank": 1, "price": 1.50}]"#
      try load(records)
      let before = try lines("xmin, encode(_content_hash, 'hex')")
      try declare(yaml("price: \"numeric(8,2)\", extra: text, id: text, rank: integer"))
      #expect(try load(records).records.unchanged == 1)
      #expect(try lines("xmin, encode(_content_hash, 'hex')") == before)
    }

    @Test("is not changed where something would be lost: the message names the column and the way")
    func destructive() throws {
      let declared = "id: text, name: {type: text, max_length: 9}, rank: numeric, size: integer"
      try declare(yaml(declared))
      try load(#"[{"id": "a", "name": "x", "rank": 1.5}]"#)
      let before = try types()
      let cases: [(String, String, [String])] = [
        (
          "id: text, name: {type: text, max_length: 9}, rank: numeric", "id",
          ["column size, which the dataset markets has declared", "drop column \"size\""]
        ),
        (declared.replacingOccurrences(of: "9", with: "8"), "id", ["column name", "varchar(8)"]),
        (declared.replacingOccurrences(of: "numeric", with: "integer"), "id", ["column rank", "bigint"]),
        (declared.replacingOccurrences(of: "integer", with: "double"), "id", ["column size", "double precision"]),
        (declared, "[id, name]", ["key id", "id, name"]),
        (declared, "name", ["key id"]),
        (declared + ", more: {type: text, null: false}", "id", ["column more", "default"]),
        (
          declared.replacingOccurrences(of: "size: integer", with: "size: {type: integer, null: false}"), "id",
          ["column size", "set not null"]
        ),
      ]
      for (columns, key, parts) in cases {
        try declare(yaml(columns, key: key))
        let error = failure { try load(#"[{"id": "b", "name": "x", "more": "y", "size": 1}]"#) }
        #expect(error?.name == .schemaMismatch)
        for part in parts { #expect(error?.message.contains(part) == true, "\(columns): \(error?.message ?? "-")") }
      }
      #expect(try types() == before && count("prices") == 1 && count("loads") == 1)
      // The way that the message shows.
      try run("alter table public.prices drop column \"size\"")
      try declare(yaml("id: text, name: {type: text, max_length: 9}, rank: numeric"))
      #expect(try load(#"[{"id": "b"}]"#).records.new == 1)
    }

    @Test("is not written again in a load if it is large; what only changes the catalog is done")
    func large() throws {
      try declare(yaml("id: {type: text, max_length: 9}, rank: integer"))
      try load("[\((0..<11).map { #"{"id": "\#($0)", "rank": \#($0)}"# }.joined(separator: ","))]")
      try declare(yaml("id: text, rank: numeric"))
      sink.largeTable = 10
      let error = failure { try load("[]") }
      #expect(error?.name == .schemaMismatch)
      #expect(error?.message.contains("alter table \"public\".\"prices\" alter column \"rank\" type numeric") == true)
      #expect(try types() == ["id|character varying(9)|not null", "rank|bigint"])
      try declare(yaml("id: text, rank: integer, more: text"))
      sink.largeTable = 10
      try load("[]")
      #expect(try types() == ["id|text|not null", "rank|bigint", "more|text"])
    }

    @Test("that was dropped by hand is created again")
    func dropped() throws {
      try load(#"[{"id": "a"}]"#)
      try run("drop table prices")
      #expect(try load(#"[{"id": "a"}]"#).records.new == 1)
      try run("drop table etl_tables, prices")
      #expect(failure { try load(#"[{"id": "a"}]"#) }?.name == .schemaMismatch)
      #expect(try load(#"[{"id": "a"}]"#).records.new == 1, "the next attempt looks again")
    }

    @Test("of which a column was renamed, dropped or changed by hand is not touched")
    func byHand() throws {
      try load(#"[{"id": "a", "rank": 1}]"#)
      for (change, back, part) in [
        ("rename column rank to rang", "rename column rang to rank", "lacks the column rank"),
        ("rename column _run to run", "rename column run to _run", "lacks the column _run"),
        ("alter column rank type int4", "alter column rank type int8", "column rank as integer"),
        ("alter column rank set not null", "alter column rank drop not null", ""),
        ("drop constraint prices_pkey", "add primary key (id)", "has the key"),
      ] {
        try run("alter table prices \(change)")
        let error = failure { try load(#"[{"id": "b", "rank": 1}]"#) }
        #expect(part.isEmpty ? error == nil : error?.name == .schemaMismatch, "\(change): \(error as Any)")
        #expect(part.isEmpty || error?.message.contains(part) == true, "\(change): \(error as Any)")
        try run("alter table prices \(back)")
      }
      try run("alter table prices add column hand text default 'x'; create index on prices (rank)")
      #expect(try load(#"[{"id": "c"}]"#).records.new == 1, "a column of another owner is left alone")
      #expect(try lines("id, hand") == ["a|x", "b|x", "c|x"])
    }

    @Test("is left alone if it is a view, or was made by others; a view on it is made again over a changed column")
    func foreign() throws {
      try run("create table other (id text primary key); create view prices as select * from other")
      var error = failure { try load("[]") }
      #expect(error?.name == .schemaMismatch && error?.message.contains("a view") == true)
      try run("drop view prices; alter table other rename to prices")
      error = failure { try load("[]") }
      #expect(error?.name == .schemaMismatch && error?.message.contains("not made by this sink") == true)
      #expect(try types() == ["id|text|not null"])
      try run("drop table prices")
      try load("[]")
      try run("create view ranks as select rank from prices")
      try declare(yaml("id: text, price: \"numeric(12,2)\", rank: numeric, seen: timestamptz"))
      try load("[]")
      #expect(
        try lines("format_type(atttypid, null)", "pg_attribute where attrelid = 'ranks'::regclass") == ["numeric"])
      // One that no longer fits stops the change.
      try run("create view texts as select rank * 2 as double from prices")
      try declare(yaml("id: text, price: \"numeric(12,2)\", rank: text, seen: timestamptz"))
      error = failure { try load("[]") }
      #expect(error?.name == .schemaMismatch && error?.message.contains("texts") == true, "\(error as Any)")
      #expect(try count("texts") == 0)
    }

    @Test("needs a role that may create it, and says so; a role that may only write can load")
    func role() throws {
      let role = "writer_\(UInt32.random(in: 0 ... .max))"
      let word = "\(UInt64.random(in: 0 ... .max))"
      try load("[]")
      try run(
        """
        create role \(role) login password '\(word)';
        grant select, insert, update on all tables in schema public to \(role);
        grant usage on all sequences in schema public to \(role);
        """)
      defer { try? run("drop owned by \(role); drop role \(role)") }
      let url = TestDatabase.url(server: testDatabase.url, user: role, password: word)
      let writer = try makeSink(url)
      #expect(
        try writer.load(
          makeDocument(#"[{"id": "a"}]"#, listed: "2024-05-31T09:00:00Z"), for: makeTarget("raw/w.json"),
          deadline: within()
        ).records.new
          == 1)
      for yaml in [
        PostgresSinkTests.prices + "\n  more: text",
        PostgresSinkTests.prices.replacingOccurrences(of: "table: prices", with: "table: others"),
      ] {
        let error = failure {
          _ = try makeSink(url, yaml).load(
            makeDocument("[]", listed: "2024-05-31T10:00:00Z"), for: makeTarget("raw/x.json"), deadline: within())
        }
        #expect(error?.name == .configurationInvalid, "\(error as Any)")
        #expect(error?.message.contains("may not create or change the table") == true, "\(error as Any)")
      }
      try run("drop table etl_tables, prices")
      let error = failure {
        _ = try makeSink(url).load(
          makeDocument("[]", listed: "2024-05-31T10:00:00Z"), for: makeTarget("raw/x.json"), deadline: within())
      }
      #expect(error?.name == .configurationInvalid && error?.message.contains("etl_tables") == true, "\(error as Any)")
    }

    @Test("needs its schema, unless the definition creates it")
    func schema() throws {
      try declare("table: catalog.prices\nkey: id\ncolumns: {id: text}")
      let error = failure { try load("[]") }
      #expect(error?.name == .schemaMismatch && error?.message.contains("create_schema") == true, "\(error as Any)")
      try run("create schema catalog")
      try load("[]")
    }
  }
}
