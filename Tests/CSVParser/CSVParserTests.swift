import Contracts
import JSON
import Processing
import Testing

@testable import CSVParser

@Suite("CSV records")
struct CSVParserTests {
  @Test("A row becomes a record of texts, with its line; an empty cell is null (F19)")
  func records() throws {
    let found = try parser().parse(body("id,Product Name,Qty\r\n007,\"two\nlines\",\r\n\r\n1e3,\"\",+1\r\n"))
    #expect(found.rejected.isEmpty && found.document == nil)
    #expect(found.records.map(\.origin) == ["urn:uuid:1#2", "urn:uuid:1#5"])
    #expect(
      found.records.map { JSONValue.object($0.fields).text } == [
        #"{"id":"007","product_name":"two\nlines","qty":null,"_source_row":2}"#,
        #"{"id":"1e3","product_name":null,"qty":"+1","_source_row":5}"#,
      ])
  }

  @Test("An empty cell may stay a text; names may stay as they are")
  func plain() throws {
    let found = try parser("{plugin: csv, empty: text, normalize_header: false}").parse(body(" A b ,C\n,x\n"))
    #expect(found.records.map { $0.fields[" A b "] } == [""])
    #expect(found.records.map { $0.fields["C"] } == ["x"])
  }

  @Test("Names of columns: repeated, empty, reserved")
  func names() throws {
    #expect(
      CSVHeader.fields(["a", "a", "", "a_2", "a", "_source_row", "_record"]) == [
        "a", "a_2", "column_3", "a_2_2", "a_3", "_source_row_2", "_record_2",
      ])
    #expect(CSVHeader.normalized("\u{A0} Precio  Ñ\u{1F} ") == "precio__ñ")
    #expect(CSVHeader.fields([String](repeating: "x", count: 90_000)).last == "x_90000")
    let listed = try parser("{plugin: csv, header: [x, Y]}").parse(body("1,2\n"))
    #expect(listed.records.map { $0.fields["Y"] } == ["2"])
    let none = try parser("{plugin: csv, header: false, skip_lines: 1}").parse(body("# 1\n1,2\n"))
    #expect(none.records.map { $0.fields.names } == [["column_1", "column_2", "_source_row"]])
    #expect(none.records.map { $0.fields["_source_row"] } == [2])
  }

  @Test("A row with another number of cells is rejected by line and count, and costs no other")
  func ragged() throws {
    let text = "a,b\n1\n1,2,3\n4,5\n"
    let found = try parser().parse(body(text))
    #expect(
      found.rejected.map(\.problem.reason) == [
        "line 2: 1 cells, but the header has 2", "line 3: 3 cells, but the header has 2",
      ])
    #expect(found.rejected.map(\.text) == ["1", "1,2,3"])
    #expect(found.records.map(\.origin) == ["urn:uuid:1#4"])
    let filled = try parser("{plugin: csv, ragged: fill, empty: text}").parse(body(text))
    #expect(filled.records.map { $0.fields["b"] } == [.null, "5"])
    #expect(filled.rejected.map(\.problem.reason) == ["line 3: 3 cells, but the header has 2"])
    #expect(
      try parser("{plugin: csv}").parse(body("a;b\n1,5;2\n")).rejected.map(\.problem.reason)
        == ["line 2: 2 cells, but the header has 1: is parse.delimiter the file's?"])
  }

  @Test("Strict: rows with flaws are rejected with their line; not strict: they are data")
  func strict() throws {
    let text = "a,b\n1, \"2\"\n\"3\"x,4\n5,6\n"
    let found = try parser().parse(body(text))
    #expect(
      found.rejected.map(\.problem.reason) == [
        "line 2: a quote in a cell that does not begin with one",
        "line 3: text behind the quote that closes a cell",
      ])
    #expect(found.records.count == 1)
    let data = try parser("{plugin: csv, strict: false}").parse(body(text))
    #expect(data.rejected.isEmpty)
    #expect(data.records.map { $0.fields["a"] } == ["1", "3x", "5"])
  }

  @Test("A quote that is never closed fails the file: nothing shows how many rows are missing")
  func openQuote() throws {
    let text = "a,b\n1,2\n3,\"4\n5,6\n"
    let error = #expect(throws: PipelineError.self) { try parser().parse(body(text)) }
    #expect(error?.name == .sourceChanged && error?.message.contains("x.csv cannot be read, line 3: the quote") == true)
    #expect(try parser("{plugin: csv, strict: false}").parse(body(text)).records.count == 2)
  }

  @Test("A file without its header, one with a damaged header, one that is not CSV")
  func refused() throws {
    for text in ["", "\n\n", "a, \"b\"\n1,2\n", "a\n" + String(repeating: ",", count: 200_000)] {
      let error = #expect(throws: PipelineError.self) { try parser().parse(body(text)) }
      #expect(error?.name == .sourceChanged)
    }
    #expect(try parser("{plugin: csv, header: [a]}").parse(body("")).records.isEmpty)
  }

  @Test("A body of more records than a document holds is read to its end: they go into several")
  func many() throws {
    let found = try parser().parse(body("a\n" + String(repeating: "1\n", count: Limits.maximumRecords + 50)))
    #expect(found.records.count == Limits.maximumRecords + 50)
  }

  @Test("A file of few bytes with very many values is refused before they fill the memory")
  func values() throws {
    let line = String(repeating: ",", count: 9_999) + "\n"
    #expect(try parser().parse(body(String(repeating: line, count: 90))).records.count == 89)
    let error = #expect(throws: PipelineError.self) { try parser().parse(body(String(repeating: line, count: 102))) }
    #expect(error?.name == .sourceChanged && error?.message.contains("more than 1000000 values") == true)
  }

  @Test("A NUL is data, and not in the text of a rejection, which is cut")
  func nul() throws {
    let found = try parser().parse(body("a,b\n1,x\0y\n\0" + String(repeating: "z", count: 5000) + "\n"))
    #expect(found.records.map { $0.fields["b"] } == ["x\0y"])
    #expect(found.rejected.map(\.text.unicodeScalars.count) == [1000])
    #expect(found.rejected.allSatisfy { $0.text.hasPrefix("\u{fffd}z") })
  }

  @Test("The structure has all rows, whatever is wrong with them")
  func structure() throws {
    let found = try parser().structure(of: body("A b,c\n1\n1, \"2\",3\n\"\n")).object
    #expect(found?["header_normalized"] == ["a_b", "c"])
    #expect(found?["widths"] == [1, 3] && found?["row_count"] == 3)
    #expect(found?["rows"] == [["1"], ["1", " \"2\"", "3"], ["\n"]])
    #expect(
      found?["problems"] == [
        "line 3: a quote in a cell that does not begin with one",
        "line 4: the quote that begins a cell there is never closed",
      ])
    let empty = try parser().structure(of: body("")).object
    #expect(empty?["header"] == nil && empty?["row_count"] == 0 && empty?["widths"] == [])
    #expect(try parser("{plugin: csv, header: false}").structure(of: body("1\n")).object?["header"] == .null)
  }
}
