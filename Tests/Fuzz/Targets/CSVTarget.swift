import CSVParser
import Contracts
import Definitions
import Foundation
import JSON
import Processing

/// The first three bytes choose the options of a CSV parser; the rest is a file.
enum CSVTarget {
  private static let delimiters = [",", ";", "\\t", "|", " ", ", ", "¦", "\""]
  private static let quotes = ["\"", "'", "none", "\\"]
  private static let escapes = ["none", "\\", "\"", "a"]
  private static let encodings = [
    nil, "utf-8", "latin-1", "utf-16", "utf-16-le", "utf-16-be", "windows-1252", "big5", "gb18030", "shift_jis",
  ]

  static func read(_ input: Data) throws {
    guard input.count >= 3 else { return }
    let choice = input.prefix(3).map { Int($0) }
    let body = RawBody(Array(input.dropFirst(3)), address: "x.csv", origin: "urn:x")
    let isStrict = choice[2] & 1 == 0
    var values: [(key: String, value: Section.Value)] = [
      ("delimiter", .scalar(delimiters[choice[0] & 7])), ("quote", .scalar(quotes[choice[0] >> 3 & 3])),
      ("escape", .scalar(escapes[choice[0] >> 5 & 3])), ("strict", .scalar(isStrict ? "true" : "false")),
      ("ragged", .scalar(choice[2] & 2 == 0 ? "reject" : "fill")),
      ("empty", .scalar(choice[2] & 4 == 0 ? "null" : "text")),
      ("normalize_header", .scalar(choice[2] & 8 == 0 ? "true" : "false")),
      ("skip_lines", .scalar("\(choice[2] >> 6)")),
    ]
    if let encoding = encodings[choice[1] % encodings.count] { values.append(("encoding", .scalar(encoding))) }
    switch choice[2] >> 4 & 3 {
    case 0: values.append(("header", .scalar("false")))
    case 1: values.append(("header", .list([.scalar("a"), .scalar("b")])))
    default: break
    }
    let parser = try CSVParser(section: Section(plugin: "csv", values: values))
    let structure = try parser.structure(of: body).object
    guard let rows = structure?["rows"]?.array else { return try require(false, "the structure has no rows") }
    let cells = rows.map { $0.array?.compactMap(\.string) ?? [] }
    try require(structure?["row_count"] == .number(JSONNumber(rows.count)), "the number of rows is wrong")
    try require(cells.allSatisfy { !$0.isEmpty }, "a row has no cells")
    try check(parser, body, rows: rows.count, isStrict: isStrict)
    try checkWriting(cells)
  }

  private static func check(_ parser: CSVParser, _ body: RawBody, rows: Int, isStrict: Bool) throws {
    let records: Records
    do { records = try parser.parse(body) } catch {
      return try require(error.name == .sourceChanged, "\(error)")
    }
    try require(records.records.count + records.rejected.count == rows, "\(rows) rows are not all accounted for")
    let lines = records.records.compactMap { $0.fields[CSVParser.sourceRow]?.number?.integer }
    try require(lines.count == records.records.count, "a record has no line")
    try require(zip(lines, lines.dropFirst()).allSatisfy { $0 < $1 } && lines.allSatisfy { $0 > 0 }, "lines: \(lines)")
    try require(Set(records.records.map(\.fields.names)).count <= 1, "records have different fields")
    let names = records.records.first?.fields.names ?? []
    try require(Set(names).count == names.count, "a field is there twice")
    if !isStrict {
      try require(
        records.rejected.allSatisfy { $0.problem.reason.contains(" cells, but ") }, "a row is rejected for its flaw")
    }
    try require(records.rejected.allSatisfy { !$0.text.utf8.contains(0) }, "a rejection has a NUL")
  }

  /// Cells that are written by RFC 4180 come back.
  private static func checkWriting(_ rows: [[String]]) throws {
    let text = rows.map { row in
      row.map {
        "\"" + String($0.unicodeScalars.flatMap { $0 == "\"" ? ["\"", "\""] : [$0] }.map(Character.init)) + "\""
      }
      .joined(separator: ",")
    }.joined(separator: "\r\n")
    let plain = try CSVParser(section: Section(plugin: "csv", values: [("header", .scalar("false"))]))
    let found = try plain.structure(of: RawBody(Array(text.utf8), address: "x.csv", origin: "urn:x")).object
    let expected = JSONValue.array(rows.map { .array($0.map { .string($0) }) })
    try require(found?["rows"] == expected, "rows change when they are written and read again")
    try require(found?["problems"] == [], "rows have flaws when they are written and read again")
  }
}
