import Foundation
import TestSupport
import Testing
import Time

@testable import Redis

@Suite("Servers that misbehave")
struct RedisFaultTests {
  @Test(
    "A response in another protocol is a protocol violation",
    arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "\u{15}\u{3}\u{1}\u{0}\u{2}", "$abc\r\n"])
  func otherProtocol(response: String) throws {
    let server = ScriptedRedis { peer in
      peer.welcome()
      peer.send(response)
      peer.waitUntilClosed()
    }
    let client = try make(server.url)
    let error = failure { try client.send("GET", "k") }
    #expect(error?.kind == .protocolViolation)
    #expect(error?.description.hasPrefix("127.0.0.1:\(server.port): the server does not speak Redis") == true)
  }

  @Test("A truncated reply is a connection error", arguments: ["", "$10\r\nabc", "*2\r\n:1\r\n", "+O"])
  func truncated(reply: String) throws {
    let server = ScriptedRedis { peer in
      peer.welcome()
      peer.send(reply)
    }
    let client = try make(server.url)
    #expect(failure { try client.send("GET", "k") }?.kind == .connection)
  }

  @Test("Waiting for a silent server ends at the socket's timeout")
  func silence() throws {
    let server = ScriptedRedis { $0.waitUntilClosed() }
    let time = SystemTime()
    let start = time.uptime
    let error = failure { try make(server.url, socketTimeout: .milliseconds(150)).send("GET", "k") }
    #expect(error?.kind == .timedOut)
    #expect((.milliseconds(150) ... .seconds(9)).contains(time.uptime - start))
  }

  @Test("A deadline before the timeout ends the wait, and has passed then")
  func deadline() throws {
    let server = ScriptedRedis { peer in
      peer.welcome()
      peer.waitUntilClosed()
    }
    let client = try make(server.url, socketTimeout: .seconds(30))
    let deadline = Deadline(after: .milliseconds(150), on: SystemTime())
    let error = failure { try client.send(.get("k"), deadline: deadline) }
    #expect(error?.kind == .timedOut)
    #expect(deadline.hasPassed)
  }

  @Test("A server that sends single bytes without end does not outlast the deadline")
  func slowBytes() throws {
    let server = ScriptedRedis { peer in
      peer.welcome()
      peer.send("$1000000\r\n")
      for _ in 0..<1000 {
        peer.send("x")
        SystemTime().sleep(for: .milliseconds(5))
      }
    }
    let deadline = Deadline(after: .milliseconds(200), on: SystemTime())
    #expect(failure { try make(server.url).send(.get("k"), deadline: deadline) }?.kind == .timedOut)
  }

  @Test("A server that never pauses does not outlast the deadline")
  func flood() throws {
    let server = ScriptedRedis { peer in
      peer.send("x")
      peer.waitUntilClosed()
    }
    let time = ManualTime()
    let limit = WaitLimit(timeout: .seconds(3), deadline: Deadline(after: .seconds(1), on: time))
    let socket = try Socket.connect(to: "127.0.0.1", port: server.port, limit)
    while socket.isQuiet { SystemTime().sleep(for: .milliseconds(1)) }
    time.advance(by: .seconds(2))
    let error = failure {
      try withUnsafeTemporaryAllocation(byteCount: 16, alignment: 16) { try socket.receive(into: $0, limit) }
    }
    #expect(error?.kind == .timedOut, "although a byte is available")
  }

  @Test("A call whose deadline has passed starts nothing")
  func passedDeadline() throws {
    let deadline = Deadline(after: .seconds(-1), on: SystemTime())
    let error = failure { try make("redis://no-such-host.invalid").send(.get("k"), deadline: deadline) }
    #expect(error?.kind == .timedOut, "not even the name was looked up")
  }

  @Test("Connecting to a server that accepts no connection ends at the connect timeout")
  func connectTimeout() throws {
    let server = ScriptedRedis(backlog: 0, nil)
    // The first connections fill the listener's backlog; later ones then wait.
    let fillers = try (0..<4).map { _ in
      try make(server.url, connectTimeout: .milliseconds(50), socketTimeout: .milliseconds(50))
    }
    for filler in fillers { _ = failure { try filler.send("PING") } }
    let time = SystemTime()
    let start = time.uptime
    let client = try make(server.url, connectTimeout: .milliseconds(150), socketTimeout: .milliseconds(150))
    #expect(failure { try client.send("PING") }?.kind == .timedOut)
    #expect(time.uptime - start < .seconds(9))
  }

  @Test("A closed port and an unknown host are connection errors that name the server")
  func unreachable() throws {
    let port = try FreePort.find()
    let refused = failure { try make("redis://:hunter2@127.0.0.1:\(port)").send("PING") }
    #expect(refused?.kind == .connection)
    #expect(refused?.description == "127.0.0.1:\(port): no connection: Connection refused")
    let unknown = failure { try make("redis://:hunter2@no-such-host.invalid").send("PING") }
    #expect(unknown?.kind == .connection)
    #expect(unknown?.description.hasPrefix("no-such-host.invalid:6379: the host is not found") == true)
  }

  @Test("Writing to a connection that the server reset raises no SIGPIPE")
  func noSignal() throws {
    let server = ScriptedRedis { peer in
      peer.receive()
      peer.dropHard()
    }
    // A signal raised by a write is directed at this thread, so it stays pending if only this thread blocks it.
    var signals = sigset_t()
    var before = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }

    let limit = WaitLimit(timeout: .seconds(3), deadline: longDeadline)
    let socket = try Socket.connect(to: "127.0.0.1", port: server.port, limit)
    try socket.send(Array("x".utf8), limit)
    while socket.isQuiet { SystemTime().sleep(for: .milliseconds(1)) }
    let errors = (0..<3).map { _ in failure { try socket.send([UInt8](repeating: 0, count: 1 << 20), limit) } }
    #expect(errors.allSatisfy { $0?.kind == .connection })
    var pending = sigset_t()
    sigpending(&pending)
    #expect(sigismember(&pending, SIGPIPE) == 0)
  }

  @Test("An idempotent command on a reused connection that breaks is sent again on a new one")
  func staleConnection() throws {
    // The server replies to the first command of each connection and closes it after the second.
    let server = ScriptedRedis { peer in
      peer.welcome()
      peer.send("$1\r\na\r\n")
      peer.receive()
    }
    let client = try make(server.url)
    for _ in 0..<3 { #expect(try client.send(.get("k"), deadline: longDeadline) == .bulk(Data("a".utf8))) }
  }

  @Test("A command that is not idempotent is not sent again after the server may have executed it")
  func notRepeated() throws {
    let server = ScriptedRedis { peer in
      peer.welcome()
      peer.send(":1\r\n")
      peer.receive()
    }
    let client = try make(server.url)
    #expect(try client.send("INCR", "k") == .integer(1))
    #expect(failure { try client.send("INCR", "k") }?.kind == .connection)
    #expect(try client.send("INCR", "k") == .integer(1), "the next call has a new connection")
  }

  @Test("A connection that the server closed while idle is replaced for any command")
  func closedWhileIdle() throws {
    let isClosed = DispatchSemaphore(value: 0)
    let server = ScriptedRedis { peer in
      peer.welcome()
      peer.send(":1\r\n")
      shutdown(peer.descriptor, Int32(SHUT_WR))
      isClosed.signal()
    }
    let client = try make(server.url)
    for _ in 0..<3 {
      #expect(try client.send("INCR", "k") == .integer(1))
      #expect(isClosed.wait(timeout: .now() + 20) == .success)
    }
  }

  @Test("Unrequested bytes are not read as a reply")
  func unrequested() throws {
    let isReceived = DispatchSemaphore(value: 0)
    let isSent = DispatchSemaphore(value: 0)
    let server = ScriptedRedis { peer in
      peer.welcome()
      peer.send("$1\r\na\r\n")
      isReceived.wait()
      peer.send("$1\r\nb\r\n")
      isSent.signal()
      peer.receive()
    }
    let client = try make(server.url)
    for _ in 0..<2 {
      #expect(try client.send(.get("k"), deadline: longDeadline) == .bulk(Data("a".utf8)))
      isReceived.signal()
      #expect(isSent.wait(timeout: .now() + 20) == .success)
    }
  }

  @Test("The error of a server at its connection limit is distinguished from a refused password")
  func tooManyClients() throws {
    let server = ScriptedRedis { peer in
      peer.receive()
      peer.send("-ERR max number of clients reached\r\n-ERR x\r\n")
    }
    let error = failure { try make("redis://:hunter2@127.0.0.1:\(server.port)").send("PING") }
    #expect(error?.kind == .reply(code: "ERR"))
    #expect(error?.description.contains("hunter2") == false)
  }

  @Test("A missing password is distinguished from a refused one, before a value is sent")
  func passwordMissing() throws {
    let server = ScriptedRedis { peer in
      peer.receive()
      peer.send("-NOAUTH Authentication required.\r\n")
      peer.receive()
      // Redis's reply to a long value from a client that has not authenticated.
      peer.send("-ERR Protocol error: unauthenticated bulk length\r\n")
    }
    let value = Data(repeating: 0x78, count: 1 << 16)
    let error = failure { try make(server.url).send(.set("k", to: value, expiringAfter: 9), deadline: longDeadline) }
    #expect(error?.kind == .passwordMissing)
    #expect(error?.detail == "CLIENT failed: NOAUTH Authentication required.")
  }

  @Test("Failed connections leave no descriptor open")
  func descriptors() throws {
    func open() -> Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }
    let port = try FreePort.find()
    let server = ScriptedRedis { $0.receive() }
    let plain = try make("redis://127.0.0.1:\(port)")
    let tls = try make("rediss://127.0.0.1:\(server.port)")
    let before = open()
    for _ in 0..<200 {
      #expect(failure { try plain.send("PING") }?.kind == .connection)
      #expect(failure { try tls.send("PING") }?.kind == .connection)
    }
    #expect(open() < before + 150, "tests that run at the same time may have descriptors open")
  }
}
