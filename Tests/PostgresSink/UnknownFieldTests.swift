import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import PostgresSink

extension PostgresSinkTests {
  @Suite("Unknown fields")
  final class UnknownFieldTests: TableSuite {
    private func yaml(_ rest: String) -> String { "table: prices\nkey: id\ncolumns: {id: text}\n\(rest)" }
    private let record = #"[{"id": "a", "z": {"y": 2, "x": 1}, "n": null, "_record": "u#1"}]"#

    @Test("are kept in the metadata column, whatever their order")
    func keep() throws {
      try declare(yaml("metadata: rest"))
      try load(record)
      #expect(try lines("rest") == [#"{"n": null, "z": {"x": 1, "y": 2}}"#])
      let before = try versions()
      try load(#"[{"n": null, "z": {"x": 1, "y": 2}, "id": "a"}]"#)
      #expect(try versions() == before)
      #expect(try load(#"[{"id": "a", "n": 1}]"#).records.changed == 1)
      #expect(try load(#"[{"id": "a"}]"#).records.changed == 1)
      #expect(try lines("rest") == ["{}"])
    }

    @Test("join the members of a field that has the metadata column's name")
    func ownMetadata() throws {
      try declare("table: prices\nkey: id\ncolumns: {id: text, metadata: jsonb}\non_unknown_field: keep")
      try load(#"[{"id": "a", "metadata": {"x": 1}, "y": 2}, {"id": "b", "metadata": [1], "y": 2}]"#)
      #expect(try lines("metadata") == [#"{"x": 1, "y": 2}"#, #"{"y": 2, "metadata": [1]}"#])
      // Of two values with one name none may be lost.
      try load(#"[{"id": "c", "metadata": {"x": 1, "z": 3}, "x": 2}]"#)
      #expect(try lines("metadata", "prices where id = 'c'") == [#"{"x": 2, "metadata": {"x": 1, "z": 3}}"#])
    }

    @Test("are ignored without one")
    func ignore() throws {
      try declare(yaml(""))
      #expect(try load(record).records.new == 1)
      #expect(try load(#"[{"id": "a", "z": 5}]"#).records.unchanged == 1)
    }

    @Test("reject their record by name, or fail the load, if the definition says so")
    func refuse() throws {
      for rest in ["on_unknown_field: reject", "schema_contract: discard_row"] {
        try declare(yaml(rest))
        #expect(try load(record).rejections.map(\.reason) == [#"the field "z" has no column"#])
      }
      try declare(yaml("schema_contract: freeze"))
      let error = failure { try load(record) }
      #expect(error?.name == .schemaMismatch)
      #expect(error?.message.contains(#"the record a has the field "z""#) == true, "\(error as Any)")
      #expect(try load(#"[{"id": "b"}]"#).records.new == 1)
      try declare(yaml("schema_contract: discard_value"))
      #expect(try load(record).records.new == 1)
    }

    @Test("are neither null nor the line of a row, which the parser adds to every record of a file")
    func noValue() throws {
      for rest in [
        "on_unknown_field: reject", "schema_contract: freeze", "schema_contract: discard_row",
        "schema_contract: evolve", "metadata: rest",
      ] {
        try declare(yaml(rest))
        let report = try load(#"[{"id": "a", "note": null, "_source_row": 2, "_record": "u#2"}]"#)
        #expect(report.records.found == 1 && report.records.rejected == 0, "\(rest)")
        // A row that has moved in the file is the same record.
        let moved = try load(#"[{"id": "a", "note": null, "_source_row": 3, "_record": "u#3"}]"#)
        #expect(moved.records == RecordCounts(found: 1, unchanged: 1), "\(rest)")
      }
    }

    @Test("are not in the facts of the whole record: the line of a row is no content")
    func facts() throws {
      try declare(
        "table: prices\nkey: [id, hash]\ncolumns: {id: text, hash: {type: text, from: $hash}, raw: {type: jsonb, from: $record}}"
      )
      try load(#"[{"id": "a", "x": 1, "_source_row": 2, "_record": "u#2"}]"#)
      let moved = try load(#"[{"id": "a", "x": 1, "_source_row": 3, "_record": "u#3"}]"#)
      #expect(moved.records == RecordCounts(found: 1, unchanged: 1))
      #expect(try lines("raw") == [#"{"x": 1, "id": "a"}"#])
    }

    @Test("become columns under the contract evolve, of the type that all their values have")
    func evolve() throws {
      try declare(yaml("schema_contract: evolve\nmetadata: rest"))
      try load(
        #"[{"id": "a", "whole": 1, "mixed": 1, "part": 1, "flag": true, "word": "x", "list": [1], "none": null, "bad name": 1, "_x": 2}, {"id": "b", "mixed": "x", "part": 0.5}]"#
      )
      #expect(
        try lines(
          "attname, format_type(atttypid, atttypmod)",
          "pg_attribute where attrelid = 'prices'::regclass and attnum > 2 and attname not like '\\_%' order by attname"
        )
          == [
            "flag|boolean", "list|jsonb", "mixed|jsonb", "part|numeric", "whole|bigint", "word|text",
          ])
      #expect(
        try lines("id, whole, mixed, part, flag, word, list, rest") == [
          #"a|1|1|1|t|x|[1]|{"_x": 2, "none": null, "bad name": 1}"#, #"b|"x"|0.5|{}"#,
        ])
      let before = try versions()
      #expect(
        try load(#"[{"id": "b", "mixed": "x", "part": 0.5, "none": null}]"#).records.changed == 1,
        "the null is kept in the metadata")
      _ = before
      let widened = try load(#"[{"id": "c", "whole": 1.5}, {"id": "d", "word": [1]}, {"id": "e", "flag": "maybe"}]"#)
      #expect(widened.records == RecordCounts(found: 3, new: 1, rejected: 2))
      #expect(try lines("whole", "prices where id = 'c'") == ["1.5"])
    }

    @Test("that became columns stay columns, also when the contract is another or they are declared")
    func evolved() throws {
      try declare(yaml("schema_contract: evolve"))
      try load(#"[{"id": "a", "size": 1}]"#)
      try declare(yaml("schema_contract: freeze"))
      #expect(try load(#"[{"id": "b", "size": 2}]"#).records.new == 1)
      #expect(failure { try load(#"[{"id": "c", "other": 2}]"#) }?.name == .schemaMismatch)
      try declare("table: prices\nkey: id\ncolumns: {id: text, size: numeric}")
      #expect(
        try load(#"[{"id": "a", "size": 1}, {"id": "c", "size": 2.5}]"#).records
          == RecordCounts(found: 2, new: 1, unchanged: 1))
      #expect(try lines("id, size") == ["a|1", "b|2", "c|2.5"])
      try run("alter table prices drop column size")
      #expect(failure { try load("[]") }?.message.contains("lacks the column size") == true)
    }
  }
}
