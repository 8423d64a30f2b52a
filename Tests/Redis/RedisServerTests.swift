import Foundation
import Redis
import TestSupport
import Testing
import Time

@Suite("A real Redis", .enabled(if: RedisService.isRunning, "start the services: make test"))
struct RedisServerTests {
  let url = RedisService.url(database: 20)

  @Test("A value of any bytes is read back unchanged, and a missing one as null")
  func values() throws {
    let client = try make(url)
    let key = uniqueKey()
    let value = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    #expect(try client.send(.set(key, to: value, expiringAfter: 60), deadline: longDeadline) == .status("OK"))
    #expect(try client.send(.get(key), deadline: longDeadline) == .bulk(value))
    guard case .integer(let seconds) = try client.send("TTL", key) else { throw CancellationError() }
    #expect((30...60).contains(seconds))
    #expect(try client.send("DEL", key) == .integer(1))
    #expect(try client.send(.get(key), deadline: longDeadline) == .null)
  }

  @Test("Nested replies are read")
  func nested() throws {
    let reply = try make(url).send("EVAL", "return {1,{2,{'a',false}},redis.status_reply('FINE')}", "0")
    let inner = RedisReply.array([.integer(2), .array([.bulk(Data("a".utf8)), .null])])
    #expect(reply == .array([.integer(1), inner, .status("FINE")]))
  }

  @Test("A pipeline of a thousand commands has a thousand replies, in order")
  func pipeline() throws {
    let client = try make(url)
    let key = uniqueKey()
    let commands = (0..<1000).map { RedisCommand("INCRBY", key, String($0)) }
    let replies = try client.pipeline(commands + [RedisCommand("DEL", key)], deadline: longDeadline)
    let sums = (0..<1000).map { RedisReply.integer(Int64($0 * ($0 + 1) / 2)) }
    #expect(replies == sums + [.integer(1)])
  }

  @Test("If one command of a pipeline fails, its error is thrown, the others take effect and the connection is kept")
  func failureInPipeline() throws {
    let client = try make(url)
    let key = uniqueKey()
    let id = try client.send("CLIENT", "ID")
    let commands = [
      RedisCommand("SET", key, "hunter2"), RedisCommand("LPUSH", key, "hunter2"), RedisCommand("APPEND", key, "!"),
    ]
    let error = failure { try client.pipeline(commands, deadline: longDeadline) }
    #expect(error?.kind == .reply(code: "WRONGTYPE"))
    #expect(error?.detail.hasPrefix("LPUSH failed: WRONGTYPE Operation against a key") == true)
    #expect(try client.send("GETDEL", key) == .bulk(Data("hunter2!".utf8)))
    #expect(try client.send("CLIENT", "ID") == id)
  }

  @Test("An error inside a transaction's reply is returned in its position")
  func transaction() throws {
    let key = uniqueKey()
    let commands = [
      RedisCommand("MULTI"), RedisCommand("SET", key, "x", "EX", "9"), RedisCommand("INCR", key), RedisCommand("EXEC"),
    ]
    let replies = try make(url).pipeline(commands, deadline: longDeadline)
    guard case .array(let inner) = replies[3], case .error(let text) = inner.last else {
      Issue.record("\(replies)")
      return
    }
    #expect(inner.first == .status("OK"))
    #expect(text.hasPrefix("ERR value is not an integer"))
  }

  @Test("A client uses the database in its address")
  func database() throws {
    let key = uniqueKey()
    let here = try make(url)
    let there = try make(RedisService.url(database: 21))
    try here.send("SET", key, "here", "EX", "60")
    #expect(try there.send(.get(key), deadline: longDeadline) == .null)
    #expect(try here.send("DEL", key) == .integer(1))
  }

  @Test("A database that the server does not have is an invalid address")
  func noDatabase() throws {
    let error = failure { try make(RedisService.url(database: 9999)).send("PING") }
    #expect(error?.kind == .invalidURL)
    #expect(error?.detail == "the server has no database 9999")
  }

  @Test(
    "A wrong password, a wrong user and a missing password are refused, and the error does not quote them",
    arguments: [":hunter2@", "nobody:hunter2@", ""])
  func wrongPassword(credentials: String) throws {
    let address = try #require(url.split(separator: "@").last)
    let error = failure { try make("redis://\(credentials)\(address)").send("PING") }
    #expect(error?.kind == (credentials.isEmpty ? .passwordMissing : .authentication))
    #expect(error?.description.contains("hunter2") == false)
  }

  @Test("A connection that is killed is replaced at the next command")
  func killed() throws {
    let client = try make(url)
    let other = try make(url)
    for _ in 0..<3 {
      guard case .integer(let id) = try client.send("CLIENT", "ID") else { throw CancellationError() }
      #expect(try other.send("CLIENT", "KILL", "ID", String(id)) == .integer(1))
      guard case .integer(let next) = try client.send("CLIENT", "ID") else { throw CancellationError() }
      #expect(next > id)
    }
  }

  @Test("A command that blocks ends at the deadline, and its late reply is not read as that of the next command")
  func blocking() throws {
    let client = try make(url)
    // Connects, so that the deadline is spent on the command alone.
    try client.send("PING")
    let soon = Deadline(after: .milliseconds(150), on: SystemTime())
    let key = uniqueKey()
    let blocked = RedisCommand("BLPOP", key, "60")
    #expect(failure { try client.send(blocked, deadline: soon) }?.kind == .timedOut)
    let other = try make(url)
    try other.send("RPUSH", key, "late")
    try other.send("EXPIRE", key, "60")
    #expect(try client.send("ECHO", "mine") == .bulk(Data("mine".utf8)))
  }

  @Test("A reply over the limit is refused, and the next command gets its own reply")
  func longReply() throws {
    let client = try make(url, maximumReplyBytes: 10_000)
    let key = uniqueKey()
    try client.send("SETRANGE", key, "50000", "x")
    try client.send("EXPIRE", key, "600")
    #expect(failure { try client.send(.get(key), deadline: longDeadline) }?.kind == .tooLarge)
    #expect(try client.send("DEL", key) == .integer(1))
  }

  @Test("The server shows the client's name; an empty pipeline sends nothing")
  func name() throws {
    let client = try make(url)
    #expect(try client.pipeline([], deadline: longDeadline).isEmpty)
    #expect(try client.send("CLIENT", "GETNAME") == .bulk(Data("festvibes-tests".utf8)))
  }

  @Test("A user with few rights authenticates by name, and other commands are refused as an authentication error")
  func user() throws {
    let admin = try make(url)
    let name = "user\(UInt64.random(in: 0 ... .max))"
    try admin.send("ACL", "SETUSER", name, "on", ">s@cr:t/%", "~test:*", "+set", "+select")
    let address = try #require(url.split(separator: "@").last)
    let client = try make("redis://\(name):s%40cr%3At%2F%25@\(address)")
    #expect(try client.send("SET", uniqueKey(), "x", "EX", "1") == .status("OK"))
    let error = failure { try client.send("DEL", uniqueKey()) }
    #expect(error?.kind == .authentication)
    #expect(error?.detail.hasPrefix("DEL failed: NOPERM") == true)
    #expect(try admin.send("ACL", "DELUSER", name) == .integer(1))
  }
}
