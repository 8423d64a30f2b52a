import Foundation
import Testing
import WARC

struct WARCReaderTests {
  private func error(_ bytes: Data, maximumRecordBytes: Int = 1 << 20) -> WARCError? {
    #expect(throws: WARCError.self) { try WARCReader.members(of: bytes, maximumRecordBytes: maximumRecordBytes) }
  }

  private func error(_ text: String) -> WARCError? { error(makeMember(Data(text.utf8))) }

  private func read(_ text: String) throws -> WARCRecord {
    try #require(try WARCReader.members(of: makeMember(Data(text.utf8))).first).record
  }

  @Test("Each record is returned with the range of its member")
  func ranges() throws {
    let members = try (0..<5).map { try makeRecord(makeResponse("\($0)")).compressed() }
    let file = members.reduce(Data(), +)
    let found = try WARCReader.members(of: file)
    #expect(found.map { file[$0.range] } == members)
    #expect(try found.map { try $0.record.response().body } == (0..<5).map { Data("\($0)".utf8) })
    // The indices of a slice are those of its base.
    let slice = (Data("junk".utf8) + file + Data("junk".utf8)).dropFirst(4).dropLast(4)
    #expect(try WARCReader.members(of: slice).map { slice[$0.range] } == members)
  }

  @Test("An empty file has no records")
  func empty() throws {
    #expect(try WARCReader.members(of: Data()).isEmpty)
  }

  @Test("After an error there is no next record, and the error gives the offset")
  func sticky() throws {
    let good = try makeRecord().compressed()
    var reader = try WARCReader(good + Data("WARC/1.1\r\n".utf8) + good)
    #expect(try reader.next()?.range == 0..<good.count)
    for _ in 0..<2 {
      let error = #expect(throws: WARCError.self) { try reader.next() }
      #expect(error?.kind == .notGzip)
      #expect(error?.offset == good.count)
      #expect(error?.description == "notGzip: the member at byte \(good.count): no gzip member begins here")
    }
  }

  @Test("An uncompressed file is refused")
  func uncompressed() throws {
    #expect(error(try makeRecord().serialized)?.kind == .notGzip)
  }

  @Test("A record of the maximum size is read, and a larger one refused")
  func limit() throws {
    let record = try makeRecord(makeResponse(String(repeating: "x", count: 300_000)))
    let size = record.serialized.count
    #expect(try WARCReader.members(of: record.compressed(), maximumRecordBytes: size).count == 1)
    #expect(error(try record.compressed(), maximumRecordBytes: size - 1)?.kind == .tooLarge)
    #expect(error(try record.compressed(), maximumRecordBytes: 0)?.kind == .tooLarge)
  }

  @Test("Lines may end with LF and may be folded; versions 1.1 and 1.0 are read")
  func lenient() throws {
    let plain = try read(makeText(more: ["X: 1 2"]))
    #expect(plain.fields == [WARCField("X", "1 2")])
    #expect(plain.block == Data("abc".utf8))
    #expect(try read(makeText(more: ["X: 1 2"], end: "\n\n", lineEnd: "\n")) == plain)
    #expect(try read(makeText(more: ["X:\t1", " \t2 "])) == plain)
    #expect(try read(makeText(more: ["X:", " ", " 1", "\t", " 2"])).fields["x"] == "1  2")
    #expect(try read(makeText(version: "WARC/1.0", more: ["X:1 2  "])) == plain)
    let bracketed = "WARC-Target-URI: <http://x/>"
    #expect(try read(makeText(version: "WARC/1.0", more: [bracketed])).targetURI == "http://x/")
    #expect(try read(makeText(more: [bracketed])).targetURI == "<http://x/>")
    #expect(try read(makeText(date: "warc-date: 2024-05-31T20:00:00.123456789Z")).kind.rawValue == "resource")
  }

  @Test(
    "A malformed record is refused",
    arguments: [
      "", "\r\n", "\r\n\r\n", "WARC/1.1", "WARC/1.1\r\n", "WARC/1.1\r\n\r\n", "WARC/1.1\r\n\r\n\r\n\r\n",
      makeText(version: "WARC/0.9"), makeText(version: "warc/1.1"), makeText(version: "GET / HTTP/1.1"),
      makeText(type: ""), makeText(type: "WARC-Type:"), makeText(id: ""), makeText(id: "WARC-Record-ID: urn:x:1"),
      makeText(id: "WARC-Record-ID: <>"), makeText(id: "WARC-Record-ID: <"), makeText(date: ""),
      makeText(date: "WARC-Date: 2024"), makeText(date: "WARC-Date: 20240531200000"),
      makeText(length: ""), makeText(length: "Content-Length:"), makeText(length: "Content-Length: x"),
      makeText(length: "Content-Length: -3"), makeText(length: "Content-Length: +3"),
      makeText(length: "Content-Length: 3.0"), makeText(length: "Content-Length: 2"),
      makeText(length: "Content-Length: 4"), makeText(length: "Content-Length: 0"),
      makeText(length: "Content-Length: 9223372036854775807"),
      makeText(length: "Content-Length: 99999999999999999999999999"),
      makeText(more: ["Content-Length: 3"]), makeText(more: ["content-length: 2"]), makeText(more: ["WARC-type: x"]),
      makeText(more: ["no colon"]), makeText(more: ["X: 1", "\u{85}folded"]),
      makeText(type: " folded", more: ["WARC-Type: x"]),
      makeText(end: ""), makeText(end: "\r\n"), makeText(end: "\r\n\r"), makeText(end: "\r\r\n"),
      makeText(end: "\n\r\n"),
      makeText(end: "\r\n\r\n\r\n"), makeText(end: "\r\n\r\nx"), makeText() + makeText(),
    ])
  func malformed(text: String) {
    #expect(error(text)?.kind == .malformed)
  }

  @Test("A block that does not match its SHA-256 is refused; other digests are not checked")
  func digests() throws {
    let right = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"
    let block = "WARC-Block-Digest:"
    #expect(try read(makeText(more: ["\(block) sha256:\(right)"])).block == Data("abc".utf8))
    #expect(try read(makeText(more: ["\(block) SHA256:\(right.lowercased())"])).block == Data("abc".utf8))
    #expect(error(makeText(more: ["\(block) sha256:\(right)"], block: "abd"))?.kind == .damaged)
    #expect(try read(makeText(more: ["\(block) sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5"])).block == Data("abc".utf8))
    #expect(error(makeText(more: ["\(block) sha1:x", "\(block) sha1:y"]))?.kind == .malformed)
  }

  @Test("An HTTP response with a short status line, LF or folded lines is read")
  func lenientHTTP() throws {
    let read = { (block: String) in
      try WARCRecord(
        .response, id: "a:b", date: fetched, contentType: "application/http; msgtype=response",
        block: Data(block.utf8)
      ).response()
    }
    #expect(try read("HTTP/2 404\r\n\r\n") == WARCResponse(status: 404, headers: [], body: Data()))
    #expect(
      try read("HTTP/1.0 200 Not quite OK\nA: b\n  c\n\nbody")
        == WARCResponse(
          status: 200, reason: "Not quite OK", headers: [WARCField("A", "b c")], body: Data("body".utf8)))
    for block in [
      "", "\r\n", "\r\n\r\n", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nA: b", "HTTP/1.1\r\n\r\n",
      "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 +20 OK\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n",
      "ICY 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\n folded\r\n\r\n",
    ] {
      let error = #expect(throws: WARCError.self, "\(block.debugDescription)") { try read(block) }
      #expect(error?.kind == .malformed)
    }
  }
}
