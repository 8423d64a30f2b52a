import Foundation
import TestSupport
import Testing
import WARC

/// Tests with warcio, a widely used WARC library: it and this module read each other's files.
@Suite(.enabled(if: Warcio.isInstalled, "warcio is not in .local/venv; statemachine/local/install puts it there"))
struct StandardToolsTests {
  private let pages: [(url: String, response: WARCResponse)] = [
    ("https://example.org/a?b=c", makeResponse()),
    ("https://example.org/gone", makeResponse("no such page", status: 404, reason: "Not Found")),
    ("https://example.org/empty", makeResponse("", status: 204, reason: "", headers: [])),
    ("https://example.org/é/☃", makeResponse("x")),
    (
      "https://example.org/binary",
      WARCResponse(
        status: 200, reason: "OK", headers: [WARCField("Content-Type", "image/x")],
        body: Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 * 7 >> 3) }))
    ),
    (
      "https://example.org/decoded",
      makeResponse("abc", headers: [WARCField("Content-Encoding", "gzip"), WARCField("Transfer-Encoding", "chunked")])
        .describingBody(isCoded: false)
    ),
  ]

  private func members() throws -> [Data] {
    let info = try WARCRecord(
      info: [WARCField("software", "festvibes")], filename: "a.warc.gz", at: fetched, id: "urn:uuid:0")
    return try [info.compressed()]
      + pages.enumerated().map { try makeRecord($1.response, url: $1.url, id: "urn:uuid:\($0 + 1)").compressed() }
  }

  @Test("warcio confirms every digest in our file")
  func check() throws {
    let (status, output) = try Warcio.run(
      ["-m", "warcio.cli", "check", "-v", "FILE"], file: members().reduce(Data(), +))
    #expect(status == 0, "\(output)")
    // The digest of the empty body is checked too.
    #expect(output.components(separatedBy: "digest pass").count - 1 == pages.count + 1, "\(output)")
  }

  @Test("warcio reports a wrong digest")
  func checkBites() throws {
    let wrong = try WARCRecord(
      .response, id: "urn:uuid:1", date: fetched, targetURI: "a:b", contentType: "application/http",
      fields: [WARCField("WARC-Block-Digest", "sha256:" + String(repeating: "0", count: 64))], block: Data("x".utf8))
    #expect(try Warcio.run(["-m", "warcio.cli", "check", "FILE"], file: wrong.compressed()).status == 1)
  }

  @Test("warcio's index of our file has the records with their offsets and statuses")
  func index() throws {
    struct Line: Decodable, Equatable {
      let offset: String
      let length: String
      let type: String
      let uri: String?
      let status: String?

      enum CodingKeys: String, CodingKey {
        case offset, length
        case type = "warc-type"
        case uri = "warc-target-uri"
        case status = "http:status"
      }
    }
    let members = try members()
    let (status, output) = try Warcio.run(
      ["-m", "warcio.cli", "index", "-f", "offset,length,warc-type,warc-target-uri,http:status", "FILE"],
      file: members.reduce(Data(), +))
    #expect(status == 0, "\(output)")
    let lines = try output.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    var offset = 0
    let expected = members.enumerated().map { number, member in
      defer { offset += member.count }
      let page = number == 0 ? nil : pages[number - 1]
      return Line(
        offset: "\(offset)", length: "\(member.count)", type: page == nil ? "warcinfo" : "response", uri: page?.url,
        status: page.map { "\($0.response.status)" })
    }
    #expect(lines == expected)
  }

  @Test("warcio reads the bodies in our file")
  func bodies() throws {
    let program = """
      import base64, sys
      from warcio.archiveiterator import ArchiveIterator
      for record in ArchiveIterator(open(sys.argv[1], "rb")):
          if record.rec_type == "response":
              print(base64.b64encode(record.content_stream().read()).decode())
      """
    let (status, output) = try Warcio.run(["-c", program, "FILE"], file: members().reduce(Data(), +))
    #expect(status == 0, "\(output)")
    let bodies = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(bodies.map(String.init) == pages.map { $0.response.body.base64EncodedString() })
  }

  @Test("A file that warcio wrote is read", arguments: ["1.0", "1.1"])
  func foreign(version: String) throws {
    let program = """
      import sys
      from io import BytesIO
      from warcio.statusandheaders import StatusAndHeaders
      from warcio.warcwriter import WARCWriter
      with open(sys.argv[1], "wb") as file:
          writer = WARCWriter(file, gzip=True, warc_version="\(version)")
          writer.write_record(writer.create_warcinfo_record("a.warc.gz", {"software": "warcio", "x": "y z"}))
          for url, status, body in [("http://example.org/", "200 OK", b"<p>1</p>"),
                                    ("http://example.org/gone", "404 Not Found", b""),
                                    ("http://example.org/b", "200 OK", bytes(range(256)) * 1000)]:
              headers = StatusAndHeaders(status, [("Content-Type", "text/html"), ("X", "1")], protocol="HTTP/1.0")
              writer.write_record(writer.create_warc_record(
                  url, "response", payload=BytesIO(body), http_headers=headers, length=len(body)))
          writer.write_record(writer.create_warc_record(
              "http://example.org/m", "metadata", payload=BytesIO(b"a"), warc_content_type="text/plain"))
      """
    var file = Data()
    let (status, output) = try Warcio.run(["-c", program, "FILE"]) { file = try Data(contentsOf: $0) }
    #expect(status == 0, "\(output)")
    let members = try WARCReader.members(of: file)
    #expect(members.map(\.record.kind.rawValue) == ["warcinfo", "response", "response", "response", "metadata"])
    let records = members.map(\.record)
    #expect(String(decoding: records[0].block, as: UTF8.self).hasPrefix("software: warcio\r\nx: y z\r\n"))
    #expect(records[1].targetURI == "http://example.org/")
    let headers = [WARCField("Content-Type", "text/html"), WARCField("X", "1")]
    let bodies = [Data("<p>1</p>".utf8), Data(), Data((0..<256_000).map { UInt8(truncatingIfNeeded: $0) })]
    for (record, (status, body)) in zip(records[1...3], zip([200, 404, 200], bodies)) {
      let expected = WARCResponse(
        status: status, reason: status == 404 ? "Not Found" : "OK", headers: headers, body: body)
      #expect(try record.response() == expected)
    }
    #expect(records[4].block == Data("a".utf8))
    #expect(members.map { file[$0.range] }.reduce(Data(), +) == file)
  }
}
