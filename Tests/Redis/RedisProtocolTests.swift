import Foundation
import Testing

@testable import Redis

@Suite("The Redis protocol")
struct RedisProtocolTests {
  func written(_ command: RedisCommand) throws -> String {
    var bytes: [UInt8] = []
    try command.write(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  func reader(maximumBytes: Int = 1000) throws -> ReplyReader { try ReplyReader(maximumBytes: maximumBytes) }

  func feed(_ reader: ReplyReader, _ text: String) throws {
    try Array(text.utf8).withUnsafeBytes { try reader.feed($0) }
  }

  @Test("Commands are arrays of counted words of any bytes, which may be empty")
  func commands() throws {
    #expect(try written(RedisCommand("PING")) == "*1\r\n$4\r\nPING\r\n")
    #expect(try written(.get("a b\r\n")) == "*2\r\n$3\r\nGET\r\n$5\r\na b\r\n\r\n")
    #expect(try written(RedisCommand("SET", "", "ü\0")) == "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$3\r\nü\0\r\n")
    #expect(
      try written(.set("k", to: Data("[]".utf8), expiringAfter: 60))
        == "*5\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n[]\r\n$2\r\nEX\r\n$2\r\n60\r\n")
  }

  @Test("Every type of reply is read, also nested and with errors inside")
  func replies() throws {
    let reader = try reader()
    try feed(reader, "+OK\r\n:-42\r\n$-1\r\n*-1\r\n$0\r\n\r\n$4\r\n\r\n\0x\r\n*0\r\n-ERR no\r\n")
    try feed(reader, "*3\r\n:1\r\n*2\r\n$1\r\na\r\n*1\r\n$-1\r\n-OOM full\r\n")
    let expected: [RedisReply] = [
      .status("OK"), .integer(-42), .null, .null, .bulk(Data()), .bulk(Data("\r\n\0x".utf8)), .array([]),
      .error("ERR no"),
      .array([.integer(1), .array([.bulk(Data("a".utf8)), .array([.null])]), .error("OOM full")]),
    ]
    for reply in expected { #expect(try reader.next() == reply) }
    #expect(try reader.next() == nil)
  }

  @Test("A reply may arrive byte by byte")
  func singleBytes() throws {
    let reader = try reader()
    let text = "*2\r\n$3\r\nabc\r\n:7\r\n"
    for character in text.utf8.dropLast() {
      try feed(reader, String(UnicodeScalar(character)))
      #expect(try reader.next() == nil)
    }
    try feed(reader, "\n")
    #expect(try reader.next() == .array([.bulk(Data("abc".utf8)), .integer(7)]))
  }

  @Test(
    "Bytes that are not a reply are refused",
    arguments: [
      "HTTP/1.1 400 Bad Request\r\n", "\u{0}", ":x\r\n", "$x\r\n", "$-2\r\n", "*-2\r\n", "$99999999999999999999\r\n",
      "*99999999999999999999\r\n", String(repeating: "*1\r\n", count: 20), "\u{15}\u{3}\u{1}",
    ])
  func garbage(text: String) throws {
    let reader = try reader()
    let error = failure {
      try feed(reader, text)
      while try reader.next() != nil {}
      try feed(reader, "\r\n")
      while try reader.next() != nil {}
    }
    #expect(error?.kind == .protocolViolation)
  }

  @Test(
    "Replies longer than allowed are refused, as one string or as many elements; each exchange is measured anew")
  func maximumBytes() throws {
    let one = try reader(maximumBytes: 100)
    try feed(one, "$500\r\n\(String(repeating: "x", count: 100))")
    #expect(failure { _ = try one.next() }?.kind == .tooLarge)

    let many = try reader(maximumBytes: 100)
    #expect(
      failure {
        try feed(many, "*100\r\n")
        for _ in 0..<30 {
          try feed(many, ":1\r\n")
          _ = try many.next()
        }
      }?.kind == .tooLarge)

    let second = try reader(maximumBytes: 100)
    try feed(second, "+OK\r\n$500\r\n\(String(repeating: "x", count: 85))")
    #expect(try second.next() == .status("OK"))
    try feed(second, "xxxxxxxxxx")
    #expect(
      failure { _ = try second.next() }?.kind == .tooLarge, "bytes that arrived with the first reply count")

    let whole = try reader(maximumBytes: 100)
    try feed(whole, "$3\r\nabc\r\n$101\r\n\(String(repeating: "x", count: 101))\r\n")
    #expect(try whole.next() == .bulk(Data("abc".utf8)), "bytes after a reply do not count for it")
    #expect(failure { _ = try whole.next() }?.kind == .tooLarge, "also a reply that arrived at once")

    let sum = try reader(maximumBytes: 100)
    let reply = "$40\r\n\(String(repeating: "x", count: 40))\r\n"
    try feed(sum, reply + reply + reply)
    for _ in 0..<2 { #expect(try sum.next() != nil) }
    #expect(failure { _ = try sum.next() }?.kind == .tooLarge, "the replies of an exchange count together")

    let short = try reader(maximumBytes: 100)
    for _ in 0..<50 {
      short.begin()
      try feed(short, "$40\r\n\(String(repeating: "x", count: 40))\r\n$3\r\na")
      #expect(try short.next() != nil)
      #expect(try short.next() == nil)
      try feed(short, "bc\r\n")
      #expect(try short.next() == .bulk(Data("abc".utf8)))
    }
  }

  @Test(
    "More than 65536 elements are refused by name, nested in any way, before they are in memory",
    arguments: [
      "*2147483647\r\n", "*65537\r\n", String(repeating: "*60000\r\n", count: 2),
      "*65536\r\n" + String(repeating: "*1\r\n:1\r\n", count: 2),
      "*6\r\n" + String(repeating: "*11000\r\n" + String(repeating: "+\r\n", count: 11000), count: 6),
      String(repeating: "*33000\r\n" + String(repeating: "+\r\n", count: 33000), count: 2),
    ])
  func maximumElements(text: String) throws {
    let reader = try reader(maximumBytes: 1 << 20)
    let error = failure {
      try feed(reader, text)
      while try reader.next() != nil {}
    }
    #expect(error?.kind == .tooLarge)
    #expect(error?.detail == "the server sent more than 65536 elements in reply")
  }

  @Test("65536 elements are read, in each exchange")
  func manyElements() throws {
    let reader = try reader(maximumBytes: 1 << 20)
    for _ in 0..<3 {
      reader.begin()
      try feed(reader, "*2\r\n" + String(repeating: "*32767\r\n" + String(repeating: ":1\r\n", count: 32767), count: 2))
      guard case .array(let parts)? = try reader.next(), case .array(let part)? = parts.last else {
        Issue.record("no array")
        return
      }
      #expect(part.count == 32767)
    }
  }

  @Test("Random bytes, split anywhere, do not crash the program")
  func fuzz() throws {
    var random = SystemRandomNumberGenerator()
    let alphabet = Array("+-:$*0123456789\r\n\r\n\r\nab".utf8)
    for _ in 0..<3000 {
      let bytes = (0..<40).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      let reader = try reader()
      _ = failure {
        for cut in [bytes[..<13], bytes[13...]] {
          try Array(cut).withUnsafeBytes { try reader.feed($0) }
          while try reader.next() != nil {}
        }
      }
    }
  }

  @Test(
    "An error contains verb, code and message, without anything that was sent",
    arguments: [
      (
        RedisCommand("SET", "hunter2", "x"), "OOM command not allowed when used memory > 'maxmemory'.",
        "SET failed: OOM command not allowed when used memory …"
      ),
      (
        RedisCommand("FOO", "hunter2"), "ERR unknown command 'FOO', with args beginning with: 'hunter2'",
        "FOO failed: ERR unknown command …"
      ),
      (RedisCommand("SET", "k", "hunter2-and-more"), "ERR not hunter2-and-mor", "SET failed: ERR"),
      (RedisCommand("AUTH", "hunter2"), "ERR bad password hunter2", "AUTH failed: ERR"),
      (RedisCommand("GET", "k"), "hunter2", "GET failed"),
      (
        RedisCommand("GET", "k"), "ERR \(String(repeating: "too long ", count: 20))",
        "GET failed: ERR \(String(repeating: "too long ", count: 13))too …"
      ),
      (RedisCommand("GET", "k"), "ERR that (much).", "GET failed: ERR that (much)."),
      (RedisCommand("GET", ""), "", "GET failed: ERR"),
    ])
  func errors(command: RedisCommand, reply: String, detail: String) {
    let error = command.failure(.error(reply))
    #expect(error?.detail == detail)
    #expect(error?.description.contains("hunter2") == false)
  }

  @Test(
    "Refused users, passwords and rights are distinguished from other errors",
    arguments: [
      ("AUTH", "WRONGPASS invalid username-password pair or user is disabled.", RedisError.Kind.authentication),
      ("AUTH", "ERR invalid password", .authentication),
      ("AUTH", "ERR Client sent AUTH, but no password is set", .authentication),
      ("AUTH", "ERR max number of clients reached", .reply(code: "ERR")),
      ("AUTH", "LOADING Redis is loading the dataset in memory", .notServing(code: "LOADING")),
      ("GET", "NOAUTH Authentication required.", .passwordMissing),
      ("SET", "ERR Protocol error: unauthenticated bulk length", .passwordMissing),
      ("SET", "NOPERM this user has no permissions to run the 'set' command", .authentication),
      ("SET", "ERR syntax error", .reply(code: "ERR")),
    ])
  func kinds(verb: String, reply: String, kind: RedisError.Kind) {
    #expect(RedisCommand(verb, "x").failure(.error(reply))?.kind == kind)
  }
}
