import Cryptography
import Foundation
import TestSupport
import Testing
import WARC

struct WARCRecordTests {
  @Test("A response record has the standard's bytes")
  func golden() throws {
    let record = try makeRecord()
    let expected = [
      "WARC/1.1",
      "WARC-Type: response",
      "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>",
      "WARC-Date: 2024-05-31T20:00:00.123Z",
      "WARC-Target-URI: https://example.org/a?b=c",
      "WARC-Block-Digest: sha256:e5f9a022e54ed02eb687ac444c13fb85dff59ae235649f796e78e20fce7f4bc0",
      "WARC-Payload-Digest: sha256:04ac9f0e04637a95c5c49e270a50c9824af052a81141983a7fd44853c3523674",
      "Content-Type: application/http;msgtype=response",
      "Content-Length: 68",
      "",
      "HTTP/1.1 200 OK",
      "Content-Type: text/html",
      "ETag: \"1\"",
      "",
      "<p>Café</p>\n",
      "",
      "",
    ].joined(separator: "\r\n")
    #expect(String(decoding: record.serialized, as: UTF8.self) == expected)
  }

  @Test("A warcinfo record has the standard's bytes")
  func goldenInfo() throws {
    let info = [WARCField("software", "festvibes"), WARCField("format", "WARC File Format 1.1")]
    let record = try WARCRecord(info: info, filename: "a.warc.gz", at: fetched, id: "urn:uuid:1")
    let expected = [
      "WARC/1.1",
      "WARC-Type: warcinfo",
      "WARC-Record-ID: <urn:uuid:1>",
      "WARC-Date: 2024-05-31T20:00:00.123Z",
      "WARC-Block-Digest: sha256:22887ec83a3436e23f7ee812d8aa58cb8d272f95645043423179dc128cebc80c",
      "WARC-Filename: a.warc.gz",
      "Content-Type: application/warc-fields",
      "Content-Length: 51",
      "",
      "software: festvibes",
      "format: WARC File Format 1.1",
      "",
      "",
      "",
    ].joined(separator: "\r\n")
    #expect(String(decoding: record.serialized, as: UTF8.self) == expected)
    #expect(try WARCRecord(serialized: record.serialized) == record)
  }

  @Test("The same record gives the same gzip member, without time and name")
  func deterministic() throws {
    let member = try makeRecord().compressed()
    #expect(try makeRecord().compressed() == member)
    #expect(Array(member.prefix(8)) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0])
  }

  @Test("A record is read back unchanged")
  func roundTrip() throws {
    let everything = WARCResponse(
      status: 404, reason: "Näh", headers: [WARCField("Set-Cookie", "a"), WARCField("set-cookie", "b=: c")],
      body: Data((0...255).map { UInt8($0) }))
    let empty = WARCResponse(status: 204, headers: [], body: Data())
    let blankLines = makeResponse("\r\n\r\n\r\nWARC/1.1\r\n\r\n", headers: [WARCField("X", "")])
    for (response, url) in [(everything, "https://example.org/é?ü=☃"), (empty, "a:b"), (blankLines, "http://x/<y>")] {
      let record = try makeRecord(response, url: url)
      let member = try #require(try WARCReader.members(of: record.compressed()).first)
      #expect(member.record == record)
      #expect(member.record.targetURI == url)
      #expect(try member.record.response() == response)
      #expect(member.record.serialized == record.serialized)
    }
  }

  @Test("A date keeps its milliseconds when it is read and written repeatedly")
  func dates() throws {
    for milliseconds in 0..<1000 {
      let date = Date(timeIntervalSince1970: 1_717_185_600 + Double(milliseconds) / 1000)
      var record = try WARCRecord(.warcinfo, id: "a:b", date: date, block: Data())
      let first = record.serialized
      for _ in 0..<3 { record = try WARCRecord(serialized: record.serialized) }
      #expect(record.serialized == first)
      #expect(abs(record.date.timeIntervalSince(date)) < 0.0001)
    }
  }

  @Test("Headers that do not apply to a decoded body are renamed")
  func decoded() {
    let headers = [
      WARCField("content-encoding", "gzip"), WARCField("Transfer-Encoding", "chunked"), WARCField("ETag", "x"),
      WARCField("Content-Length", "17"),
    ]
    let response = makeResponse("abc", headers: headers)
    #expect(
      response.describingBody(isCoded: false).headers == [
        WARCField("X-Archive-Orig-content-encoding", "gzip"), WARCField("X-Archive-Orig-Transfer-Encoding", "chunked"),
        WARCField("ETag", "x"), WARCField("X-Archive-Orig-Content-Length", "17"),
      ])
    let fits = makeResponse("abc", headers: [WARCField("Content-Length", "3")])
    #expect(fits.describingBody(isCoded: false) == fits)
    #expect(
      response.describingBody(isCoded: false).describingBody(isCoded: false) == response.describingBody(isCoded: false))
  }

  @Test("No text of a response can end a line of the archive")
  func injection() throws {
    let response = WARCResponse(
      status: 200, reason: "O\r\nK", headers: [WARCField("A\n", " b\r\n\r\nc\0 ")], body: Data("x".utf8))
    let read = try WARCRecord(serialized: makeRecord(response).serialized).response()
    #expect(read == WARCResponse(status: 200, reason: "O  K", headers: [WARCField("A", "b    c")], body: response.body))
  }

  @Test(
    "Text that cannot be written unchanged is refused",
    arguments: ["", "a b", "a\r\nWARC-Type: x", "a\n", "\t", "a\u{7F}", "a\0"])
  func refused(text: String) {
    let kind = { (make: () throws -> WARCRecord) in #expect(throws: WARCError.self) { try make() }?.kind }
    let field = [WARCField("X", text)]
    let block = Data()
    #expect(kind { try makeRecord(url: text) } == .malformed)
    #expect(kind { try makeRecord(id: text) } == .malformed)
    #expect(kind { try WARCRecord(.init(rawValue: text), id: "a:b", date: fetched, block: block) } == .malformed)
    let named = [WARCField(text, "x")]
    #expect(kind { try WARCRecord(.warcinfo, id: "a:b", date: fetched, fields: named, block: block) } == .malformed)
    #expect(kind { try WARCRecord(info: named, at: fetched, id: "a:b") } == .malformed)
    // A value may be empty and contain spaces.
    guard text != "", text != "a b" else { return }
    #expect(kind { try WARCRecord(.warcinfo, id: "a:b", date: fetched, fields: field, block: block) } == .malformed)
    #expect(kind { try WARCRecord(.warcinfo, id: "a:b", date: fetched, contentType: text, block: block) } == .malformed)
    #expect(kind { try WARCRecord(info: field, at: fetched, id: "a:b") } == .malformed)
    #expect(kind { try WARCRecord(info: [], filename: text, at: fetched, id: "a:b") } == .malformed)
  }

  @Test("A field that the record writes itself is refused", arguments: ["content-length", "WARC-Type"])
  func ownFields(name: String) {
    let error = #expect(throws: WARCError.self) {
      try WARCRecord(.response, id: "a:b", date: fetched, fields: [WARCField(name, "1")], block: Data())
    }
    #expect(error?.kind == .malformed)
  }

  @Test("A status without three digits and an id with a bracket are refused", arguments: [-1, 0, 99, 1000])
  func status(number: Int) {
    #expect(throws: WARCError.self) { try makeRecord(makeResponse(status: number)) }
    #expect(throws: WARCError.self) { try makeRecord(id: "a>b") }
  }

  @Test("A record of another kind has no response")
  func otherKinds() throws {
    let info = try WARCRecord(info: [], at: fetched, id: "a:b")
    #expect(throws: WARCError.self) { try info.response() }
    #expect(info.block.isEmpty)
  }

  @Test("New ids are version 4 UUIDs made from the generator's numbers")
  func ids() {
    var ones = FixedRandom(.max)
    #expect(WARCRecord.newID(using: &ones) == "urn:uuid:ffffffff-ffff-4fff-bfff-ffffffffffff")
    var zeros = FixedRandom(0)
    #expect(WARCRecord.newID(using: &zeros) == "urn:uuid:00000000-0000-4000-8000-000000000000")
    var random = SplitMix(seed: 1)
    #expect(WARCRecord.newID(using: &random) != WARCRecord.newID(using: &random))
  }

  @Test("Digests are SHA-256 of the block and of the body")
  func digests() throws {
    let record = try makeRecord()
    #expect(record.fields["warc-block-digest"] == "sha256:\(try Digest(of: record.block).hexadecimal)")
    #expect(record.fields["WARC-Payload-Digest"] == "sha256:\(try Digest(of: Data("<p>Café</p>\n".utf8)).hexadecimal)")
  }
}
