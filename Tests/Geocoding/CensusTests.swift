import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import Geocoding

@Suite("The US Census geocoder")
struct CensusTests {
  private let time = ManualTime()
  private var deadline: Deadline { Deadline(after: .seconds(600), on: time) }

  private func makeGeocoder(_ server: ScriptedServer) -> CensusGeocoder {
    CensusGeocoder(base: server.url, batchSize: 500, time: time, random: FixedRandom())
  }

  private static func match(_ address: String, _ x: Double, _ y: Double) -> String {
    """
    {"tigerLine": {"side": "L", "tigerLineId": "1"}, "coordinates": {"x": \(x), "y": \(y)},
      "addressComponents": {"zip": "70116"}, "matchedAddress": "\(address)"}
    """
  }

  private static func list(_ matches: String...) -> String {
    """
    {"result": {"input": {"address": {"address": "x"}}, "addressMatches": [\(matches.joined(separator: ","))]}}
    """
  }

  @Test("gives the longitude as x")
  func single() throws {
    let server = try ScriptedServer { _ in
      .http(200, [], Self.list(Self.match("532 FRENCHMEN ST, NEW ORLEANS, LA, 70116", -90.0579, 29.9638)))
    }
    defer { server.stop() }
    guard case .found(let match) = try makeGeocoder(server).locate(blueNile, deadline: deadline) else {
      Issue.record("nothing was found")
      return
    }
    #expect(match.coordinate == point(29.9638, -90.0579))
    #expect(match.precision == .interpolated)
    #expect(match.address == "532 FRENCHMEN ST, NEW ORLEANS, LA, 70116")
    #expect(match.place.state == "LA" && match.place.city == "NEW ORLEANS" && match.place.zip == "70116")
    #expect(
      server.requests.first?.target
        == "/geocoder/locations/onelineaddress?address=532%20Frenchmen%20St%2C%20New%20Orleans%2C%20LA%2070116"
        + "&benchmark=Public_AR_Current&format=json")
  }

  @Test("has a miss for no match, one place for both sides of a street, and nothing for two places")
  func several() throws {
    let near = [
      Self.match("1 A ST, X, LA, 70116", -90.0579, 29.9638), Self.match("1 A ST, X, LA, 70117", -90.0580, 29.9639),
    ]
    let far = Self.match("1 A ST, Y, LA, 70001", -90.2, 29.9638)
    let server = try ScriptedServer(replies: [
      .http(200, [], Self.list()), .http(200, [], Self.list(near[0], near[1])), .http(200, [], Self.list(near[0], far)),
      .http(200, [], Self.list(Self.match("1 A ST", 29.9, -90.05))),
    ])
    defer { server.stop() }
    let geocoder = makeGeocoder(server)
    #expect(try geocoder.locate(blueNile, deadline: deadline) == .miss)
    guard case .found(let match) = try geocoder.locate(blueNile, deadline: deadline) else {
      Issue.record("two sides of a street are one place")
      return
    }
    #expect(match.coordinate.longitude == -90.0579)
    #expect(try geocoder.locate(blueNile, deadline: deadline) == .ambiguous)
    #expect(
      failure { _ = try geocoder.locate(blueNile, deadline: deadline) }?.name == .sourceChanged, "x and y exchanged")
  }

  private let addresses = [
    blueNile,
    PostalAddress(
      line: "8316 Oak St, New Orleans, LA", street: "8316 Oak St, \"rear\"\r\n9,=cmd()", city: "New Orléans",
      state: "LA"),
    PostalAddress(line: "1 Nowhere, New Orleans, LA", street: "1 Nowhere", city: "New Orleans", state: "LA"),
    PostalAddress(line: "1 Main St, New Orleans, LA", street: "1 Main St", city: "New Orleans", state: "LA"),
  ]

  private static let table = """
    "2","1 Nowhere, New Orleans, LA, ","No_Match"
    "1","8316 Oak St","Match","Non_Exact","8316 OAK ST, NEW ORLEANS, LA, 70118","-90.1323,29.9472","1","L"
    "3","1 Main St","Tie"
    "0","532 Frenchmen St","Match","Exact","532 FRENCHMEN ST, NEW ORLEANS, LA, 70116","-90.0579,29.9638","2","R"

    """

  @Test("takes many addresses as a file of a form, and returns them in any order")
  func batch() throws {
    let server = try ScriptedServer { _ in .http(200, [("Content-Type", "text/csv")], Self.table) }
    defer { server.stop() }
    let results = try makeGeocoder(server).locate(addresses, deadline: deadline).map { try $0.get() }
    guard case .found(let first) = results[0], case .found(let second) = results[1] else {
      Issue.record("\(results)")
      return
    }
    #expect(first.coordinate == point(29.9638, -90.0579) && !first.isPartial)
    #expect(second.coordinate == point(29.9472, -90.1323) && !second.isPartial)
    #expect(results[2...] == [.miss, .ambiguous])
    let request = try #require(server.requests.first)
    #expect(server.requests.count == 1)
    #expect(request.method == "POST")
    #expect(request.target == "/geocoder/locations/addressbatch")
    let type = try #require(request.header("Content-Type"))
    #expect(type == "multipart/form-data; boundary=festvibes-form")
    #expect(
      String(decoding: request.body, as: UTF8.self) == """
        --festvibes-form\r
        Content-Disposition: form-data; name="addressFile"; filename="addresses.csv"\r
        Content-Type: text/csv\r
        \r
        "0","532 Frenchmen St","New Orleans","LA","70116"\r
        "1","8316 Oak St, ""rear"" 9,=cmd()","New Orléans","LA",""\r
        "2","1 Nowhere","New Orleans","LA",""\r
        "3","1 Main St","New Orleans","LA",""\r
        \r
        --festvibes-form\r
        Content-Disposition: form-data; name="benchmark"\r
        \r
        Public_AR_Current\r
        --festvibes-form--\r\n
        """)
  }

  @Test(
    "is asked one by one for what its table cannot be read for, or lacks",
    arguments: [
      ("<html>no</html>", 4), ("", 4), ("\"0\",\"x", 4), ("\"7\",\"x\",\"Tie\"\n", 4), ("\"0\",\"x\",\"Perhaps\"\n", 4),
      ("\"0\",\"x\",\"Tie\"\n\"0\",\"x\",\"Tie\"\n", 4), ("\"0\",\"x\",\"Match\",\"Exact\",\"A\",\"north\"\n", 4),
      ("\"0\",\"x\",\"Match\",\"Exact\",\"A\",\"-90.1,29.9,1\"\n", 4),
      ("\"1\",\"x\",\"Tie\"\n\"2\",\"x\",\"Tie\"\n", 2),
    ])
  func fallsBack(table: String, single: Int) throws {
    let server = try ScriptedServer { request in
      request.method == "POST" ? .http(200, [], table) : .http(200, [], Self.list())
    }
    defer { server.stop() }
    let results = try makeGeocoder(server).locate(addresses, deadline: deadline).map { try $0.get() }
    #expect(server.requests.count == 1 + single)
    #expect(results.filter { $0 == .miss }.count == single)
    #expect(results.count == 4)
  }

  @Test("is asked for a batch twice if its server fails, for three addresses, and then no more", arguments: [4, 500])
  func down(count: Int) throws {
    let server = try ScriptedServer { _ in .http(502, [], "") }
    defer { server.stop() }
    let many = Array(repeatElement(addresses, count: count / 4).joined())
    let results = makeGeocoder(server).locate(many, deadline: deadline)
    #expect(results.count == 3)
    for result in results {
      #expect(throws: PipelineError.self) { try result.get() }
    }
    #expect(server.requests.map(\.method).filter { $0 == "POST" }.count == (count == 4 ? 2 : 4))
    #expect(server.requests.map(\.method).filter { $0 == "GET" }.count == 9)
  }

  @Test("takes small batches after a large one on which it fails", arguments: ["a status", "a table"])
  func smaller(fault: String) throws {
    let server = try ScriptedServer { request in
      let rows = String(decoding: request.body, as: UTF8.self).split(separator: "\r\n").filter {
        $0.contains("Main St")
      }
      guard rows.count <= 25 else { return fault == "a status" ? .http(504, [], "") : .http(200, [], "<html>") }
      return .http(200, [], rows.indices.map { "\"\($0)\",\"x\",\"No_Match\"\n" }.joined())
    }
    defer { server.stop() }
    let geocoder = makeGeocoder(server)
    #expect(geocoder.batchSize == 500)
    let results = geocoder.locate(Array(repeating: addresses[3], count: 60), deadline: deadline)
    #expect(try results.map { try $0.get() } == Array(repeating: .miss, count: 25))
    #expect(geocoder.batchSize == 25)
  }

  @Test("takes an address without a street of its own, and a batch of one, in one line")
  func oneLine() throws {
    let server = try ScriptedServer { _ in .http(200, [], Self.list()) }
    defer { server.stop() }
    let geocoder = makeGeocoder(server)
    #expect(geocoder.locate([blueNile], deadline: deadline).count == 1)
    let place = PostalAddress(line: "Café du Monde")
    #expect(geocoder.locate([blueNile, place], deadline: deadline).count == 2)
    #expect(geocoder.takesInBatch(blueNile) && !geocoder.takesInBatch(place))
    #expect(server.requests.map(\.method) == ["GET", "GET", "GET"])
  }
}

@Suite("Rows of CSV")
struct CSVRowsTests {
  @Test("come back as they were, but for line ends in a value")
  func roundTrip() {
    let rows = [["a", "b,c", "\"", "", "é東"], ["\"\",\"", " x ", "1", "2", "'"]]
    #expect(CSVRows.rows(of: CSVRows.text(of: rows)) == rows)
    // A quote with an accent on it is one character.
    let accent = [["a\"\u{301}b\"\"\u{301}"]]
    #expect(CSVRows.rows(of: CSVRows.text(of: accent)) == accent)
    #expect(CSVRows.text(of: [["a\r\nb", "c\nd\re"]]) == "\"a b\",\"c d e\"\r\n")
  }

  @Test(
    "are read as RFC 4180 has them",
    arguments: [
      ("", []), ("a,b", [["a", "b"]]), ("a\n", [["a"]]), ("\"a\"\"b\"\r\nc\r\n", [["a\"b"], ["c"]]),
      (",\n", [["", ""]]),
      ("\"a\nb\",c", [["a\nb", "c"]]), ("\u{FEFF}a", [["a"]]), ("\"\"", [[""]]),
    ] as [(String, [[String]])])
  func reading(text: String, rows: [[String]]) { #expect(CSVRows.rows(of: text) == rows) }

  @Test(
    "are refused if a quote is not closed, or has text around it",
    arguments: ["\"a", "\"a\"b", "a\"b\"", "\"a\" \"b\""])
  func refused(text: String) { #expect(CSVRows.rows(of: text) == nil) }

  @Test("stand in a form whose boundary no part has")
  func boundary() {
    let form = MultipartForm([.field("a", "festvibes-form and --festvibes-form-x")])
    #expect(form.contentType == "multipart/form-data; boundary=festvibes-form-x-x")
  }
}
