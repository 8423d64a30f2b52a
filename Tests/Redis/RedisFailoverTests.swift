import Foundation
import TestSupport
import Testing

@testable import Redis

@Suite("Servers that cannot serve")
struct RedisFailoverTests {
  @Test(
    "A reply by which a server refers to another one or to later drops the connection, and says what it means",
    arguments: [
      ("READONLY You can't write against a read only replica.", "READONLY", "read-only replica"),
      ("READONLY You can't write against a read only slave.", "READONLY", "must be that of the primary"),
      ("LOADING Redis is loading the dataset in memory", "LOADING", "a later try succeeds"),
      (
        "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", "MASTERDOWN",
        "lost its primary"
      ),
      ("CLUSTERDOWN The cluster is down", "CLUSTERDOWN", "lost nodes"),
      ("CLUSTERDOWN Hash slot not served", "CLUSTERDOWN", "lost nodes"),
      (
        "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.", "MISCONF",
        "refuses writes"
      ),
      ("NOREPLICAS Not enough good replicas to write.", "NOREPLICAS", "fewer replicas"),
      ("UNBLOCKED force unblock from blocking operation, instance state changed", "UNBLOCKED", "became a replica"),
      ("TRYAGAIN Multiple keys request during rehashing of slot", "TRYAGAIN", "another node"),
    ])
  func notServing(reply: String, code: String, meaning: String) throws {
    let connections = Locked(0)
    // The first connection leads to the old primary, the next one to the new primary.
    let server = ScriptedRedis { peer in
      let isFirst = connections.change { count in
        count += 1
        return count == 1
      }
      peer.welcome()
      peer.send(isFirst ? "-\(reply)\r\n" : "+OK\r\n")
      peer.waitUntilClosed()
    }
    let client = try make(server.url)
    let set = RedisCommand.set("test:key", to: Data("a value".utf8), expiringAfter: 600)
    let error = try #require(failure { try client.send(set, deadline: longDeadline) })
    #expect(error.kind == .notServing(code: code))
    #expect(error.description.contains("SET failed: \(code) "), "\(error)")
    #expect(error.description.contains(meaning), "\(error)")
    #expect(try client.send(set, deadline: longDeadline) == .status("OK"))
    #expect(connections.change { $0 } == 2)
  }

  @Test("If any reply of a pipeline says so, the connection is dropped, although another error is thrown")
  func laterReply() throws {
    let connections = Locked(0)
    let server = ScriptedRedis { peer in
      connections.change { $0 += 1 }
      peer.welcome()
      peer.send("-WRONGTYPE x\r\n-READONLY x\r\n")
      peer.waitUntilClosed()
    }
    let client = try make(server.url)
    for _ in 0..<2 {
      let error = failure {
        try client.pipeline([RedisCommand("INCR", "a"), RedisCommand("INCR", "b")], deadline: longDeadline)
      }
      #expect(error?.kind == .reply(code: "WRONGTYPE"))
    }
    #expect(connections.change { $0 } == 2)
  }

  @Test("Another error keeps the connection")
  func kept() throws {
    let connections = Locked(0)
    let server = ScriptedRedis { peer in
      connections.change { $0 += 1 }
      peer.welcome()
      peer.send("-OOM command not allowed when used memory > 'maxmemory'.\r\n")
      peer.receive()
      peer.send("+PONG\r\n")
      peer.waitUntilClosed()
    }
    let client = try make(server.url)
    #expect(failure { try client.send("SET", "k", "v") }?.kind == .reply(code: "OOM"))
    #expect(try client.send("PING") == .status("PONG"))
    #expect(connections.change { $0 } == 1)
  }

  @Test(
    "A redirection of a cluster asks for the configuration endpoint, and is not retried",
    arguments: [
      "MOVED 3999 127.0.0.1:6381", "MOVED 3999 :6381", "ASK 3999 10.0.0.7:6379",
      "CROSSSLOT Keys in request don't hash to the same slot",
    ])
  func cluster(reply: String) throws {
    let error = try #require(RedisCommand.get("k").failure(.error(reply)))
    #expect(error.kind == .cluster)
    #expect(error.description.contains("configuration endpoint"), "\(error)")
    #expect(error.description.hasPrefix("GET failed: \(reply.split(separator: " ")[0])"), "\(error)")
  }

  @Test("A database that a cluster does not have is named as that")
  func clusterDatabase() throws {
    let server = ScriptedRedis { peer in
      peer.receive()
      peer.send("-ERR SELECT is not allowed in cluster mode\r\n+OK\r\n")
      peer.waitUntilClosed()
    }
    let error = failure { try make("\(server.url)/2").send("PING") }
    #expect(error?.kind == .invalidURL)
    #expect(error?.detail.contains("cluster") == true)
  }

  @Test(
    "A user in the address of a server before Redis 6 says that users need Redis 6",
    arguments: ["ERR wrong number of arguments for 'auth' command", "ERR invalid password"])
  func userBeforeRedis6(reply: String) throws {
    let server = ScriptedRedis { peer in
      peer.receive()
      peer.send("-\(reply)\r\n-NOAUTH Authentication required.\r\n")
      peer.waitUntilClosed()
    }
    let error = try #require(failure { try make("redis://ann:hunter2@127.0.0.1:\(server.port)").send("PING") })
    #expect(error.kind == .authentication)
    #expect(error.description.contains("users need Redis 6"), "\(error)")
    #expect(!error.description.contains("hunter2"))
    #expect(!error.description.contains("ann:"))
  }

  @Test("A password without a user is only a wrong password, and a superfluous one says so")
  func otherPasswords() throws {
    let alone = RedisCommand("AUTH", "hunter2")
    #expect(alone.failure(.error("ERR invalid password"))?.detail.contains("Redis 6") == false)
    for reply in [
      "ERR Client sent AUTH, but no password is set",
      "ERR AUTH <password> called without any password configured for the default user. Are you sure your "
        + "configuration is correct?",
    ] {
      let error = alone.failure(.error(reply))
      #expect(error?.kind == .authentication)
      #expect(error?.detail.contains("requires none") == true, "\(String(describing: error))")
    }
  }
}
