import Contracts
import JSON
import Processing
import TestSupport
import Testing

@testable import CSVParser

@Suite("CSV in segments")
struct CSVStreamTests {
  /// Everything that a border may divide: pairs of line ends, quotes, doubled and escaped ones, delimiters, blank lines,
  /// rows that are rejected, characters of several bytes.
  private static let text =
    "Id,Größe,\"N\"\"ote\"\r\n1,ü,\"a\r\nb\"\r\n\r\n2,日本,\"x\"\"y\"\n\n3,𝄞,\r4,a\n5,q\"q,z\n6,\"a\"b,c\r\n\"7\",\"\",\"\"\n8,é,ende"

  private struct Found: Equatable {
    var records: [SourceRecord] = []
    var rejected: [RejectedRow] = []
  }

  private func read(
    _ bytes: [UInt8], in sizes: [Int], _ parser: CSVParser, charset: String? = nil, isEndApart: Bool = false
  ) throws -> Found {
    var head = body([], charset: charset)
    head.isLast = false
    let stream = try parser.stream(head)
    var found = Found()
    var start = 0
    var number = 0
    while true {
      let end = min(start + max(1, sizes[number % sizes.count]), bytes.count)
      let isLast = end == bytes.count && (!isEndApart || start == end)
      try stream.add(Array(bytes[start..<end]), isLast: isLast) {
        found.records += $0.records
        found.rejected += $0.rejected
      }
      if isLast { return found }
      (start, number) = (end, number + 1)
    }
  }

  private func whole(_ bytes: [UInt8], _ parser: CSVParser, charset: String? = nil) throws -> Found {
    let parsed = try parser.parse(body(bytes, charset: charset))
    return Found(records: parsed.records, rejected: parsed.rejected)
  }

  private func utf16(_ text: String, isBig: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    for unit in text.utf16 {
      let pair = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
      bytes += isBig ? pair : pair.reversed()
    }
    return bytes
  }

  @Test("A border at any byte, and segments of any size, give the same records, lines and rejections")
  func borders() throws {
    let plain = Array(Self.text.utf8)
    let texts: [(bytes: [UInt8], keys: String)] = [
      (plain, "{plugin: csv}"), ([0xEF, 0xBB, 0xBF] + plain, "{plugin: csv}"),
      (plain, "{plugin: csv, skip_lines: 1}"), (plain, "{plugin: csv, header: false, ragged: fill}"),
      (plain, "{plugin: csv, strict: false}"), (plain, "{plugin: csv, quote: none}"),
      (Array(Self.text.replacing(",", with: "::").utf8), "{plugin: csv, delimiter: '::'}"),
      (Array(Self.text.replacing("\"\"y", with: "\\\"y").utf8), "{plugin: csv, escape: '\\'}"),
      ([0xFF, 0xFE] + utf16(Self.text, isBig: false), "{plugin: csv}"),
      (utf16(Self.text, isBig: true), "{plugin: csv, encoding: utf-16-be}"),
    ]
    for (bytes, keys) in texts {
      let parser = try parser(keys)
      let whole = try whole(bytes, parser)
      #expect(whole.records.count > 3, "\(keys)")
      for place in 1..<bytes.count {
        #expect(try read(bytes, in: [place, bytes.count], parser) == whole, "\(keys) at \(place)")
      }
      for size in [1, 2, 3, 7] {
        #expect(try read(bytes, in: [size], parser) == whole, "\(keys) by \(size)")
        #expect(try read(bytes, in: [size], parser, isEndApart: true) == whole, "\(keys) by \(size), the end apart")
      }
    }
  }

  @Test("So do random texts in encodings of one and of several bytes a character, bad bytes included")
  func random() throws {
    var random = SplitMix(seed: 17)
    let alphabet: [UInt8] =
      Array("ab,\"\r\n\n".utf8) + [0x81, 0x82, 0xA0, 0xE3, 0xFC, 0xC3, 0xBC, 0xE6, 0x97, 0xA5, 0x30]
    let names = ["utf-8", "windows-1252", "latin-1", "shift_jis", "gb18030", "big5", "euc-jp", "euc-kr", "utf-16-le"]
    for name in names {
      let parser = try parser("{plugin: csv, header: [a, b], strict: true, ragged: fill, encoding: \(name)}")
      for _ in 0..<150 {
        let bytes = (0..<Int.random(in: 1...60, using: &random)).map { _ in
          alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
        }
        let sizes = (0..<5).map { _ in Int.random(in: 1...9, using: &random) }
        let (expected, problem) = outcome { try whole(bytes, parser) }
        let (found, other) = outcome { try read(bytes, in: sizes, parser) }
        #expect(found == expected && other == problem, "\(name) \(bytes) in \(sizes)")
      }
    }
  }

  private func outcome(_ work: () throws -> Found) -> (Found?, PipelineError?) {
    do { return (try work(), nil) } catch { return (nil, error as? PipelineError) }
  }

  @Test("ISO-2022-JP is divided only where its escapes have ended")
  func japanese() throws {
    let bytes: [UInt8] =
      Array("a\n".utf8) + [0x1B, 0x24, 0x42, 0x46, 0x7C, 0x4B, 0x5C, 0x1B, 0x28, 0x42] + Array("\nx\n".utf8)
      + [0x1B, 0x24, 0x42, 0x46, 0x7C, 0x1B, 0x28, 0x42] + Array("\n".utf8)
    let parser = try parser("{plugin: csv, encoding: iso-2022-jp}")
    let whole = try whole(bytes, parser)
    #expect(whole.records.map { $0.fields["a"] } == ["日本", "x", "日"])
    for size in 1...9 { #expect(try read(bytes, in: [size], parser) == whole) }
  }

  @Test("Lines go on, with one number for a row of several lines")
  func lines() throws {
    let rows = (1...500).map { "\($0),\"zwei\nZeilen\"\n" }.joined()
    let found = try read(Array("a,b\n\(rows)".utf8), in: [97], parser())
    #expect(found.records.map { $0.fields["_source_row"] } == (0..<500).map { .number(JSONNumber(2 + 2 * $0)) })
    #expect(found.records.last?.origin == "urn:uuid:1#1000")
  }

  @Test("An open quote at the end is refused, as in one segment; an empty file too")
  func refused() throws {
    let text = Array("a\n1\n\"x\n2\n".utf8)
    for size in 1..<text.count {
      let error = #expect(throws: PipelineError.self) { try read(text, in: [size], parser()) }
      #expect(error?.message.contains("line 3: the quote that begins a cell there is never closed") == true)
    }
    #expect(throws: PipelineError.self) { try read([], in: [1], parser()) }
    #expect(throws: PipelineError.self) { try read(Array("\n\n".utf8), in: [1], parser()) }
  }

  @Test("A U+FFFD of the source is data; only rows with bad bytes are rejected, wherever borders are")
  func badBytes() throws {
    let bytes = Array("a\n\u{FFFD}\n".utf8) + [0xC3, 0x28, 0x0A] + Array("ü\n\u{FFFD}\n".utf8)
    let whole = try whole(bytes, parser())
    #expect(whole.records.map { $0.fields["a"] } == ["\u{FFFD}", "ü", "\u{FFFD}"])
    #expect(
      whole.rejected.map(\.problem.reason) == ["line 3: bytes that are not UTF-8, or text that was damaged before"])
    for size in 1..<bytes.count { #expect(try read(bytes, in: [size], parser()) == whole) }
  }
}
