import Foundation
import TestSupport
import Testing
import Time

@testable import Redis

@Suite("Servers that misbehave")
struct RedisFaultTests {
  @Test(
    "An answer that is no Redis is a protocol violation",
    arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "\u{15}\u{3}\u{1}\u{0}\u{2}", "$abc\r\n"])
  func garbage(answer: String) throws {
    let server = ScriptedRedis { peer in
      peer.welcome()
      peer.send(answer)
      peer.waitUntilClosed()
    }
    let client = try make(server.url)
    let error = failure { try client.send("GET", "k") }
    #expect(error?.kind == .protocolViolation)
    #expect(error?.description.hasPrefix("127.0.0.1:\(server.port): the server does not speak Redis") == true)
  }

  @Test("A reply that is cut off is a broken connection", arguments: ["", "$10\r\nabc", "*2\r\n:1\r\n", "+O"])
  func cutOff(answer: String) throws {
    let server = ScriptedRedis { peer in
      peer.welcome()
      peer.send(answer)
    }
    let client = try make(server.url)
    #expect(failure { try client.send("GET", "k") }?.kind == .connection)
  }

  @Test("Silence ends with the socket's time-out, before signing in and after")
  func silence() throws {
    let server = ScriptedRedis { $0.waitUntilClosed() }
    let time = SystemTime()
    let start = time.uptime
    let error = failure { try make(server.url, socketTimeout: .milliseconds(150)).send("GET", "k") }
    #expect(error?.kind == .timedOut)
    #expect((.milliseconds(150) ... .seconds(9)).contains(time.uptime - start))
  }

  @Test("The deadline ends a wait before the time-out does, and has passed then")
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

  @Test("A server that dribbles for ever does not outlast the deadline")
  func dribble() throws {
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

  @Test("A server that never pauses does not outlast the deadline either")
  func flood() throws {
    let server = ScriptedRedis { peer in
      peer.send("x")
      peer.waitUntilClosed()
    }
    let time = ManualTime()
    let patience = Patience(timeout: .seconds(3), deadline: Deadline(after: .seconds(1), on: time))
    let socket = try Socket.connect(to: "127.0.0.1", port: server.port, patience)
    while socket.isQuiet { SystemTime().sleep(for: .milliseconds(1)) }
    time.advance(by: .seconds(2))
    let error = failure {
      try withUnsafeTemporaryAllocation(byteCount: 16, alignment: 16) { try socket.receive(into: $0, patience) }
    }
    #expect(error?.kind == .timedOut, "though a byte is there")
  }

  @Test("A deadline that has passed starts nothing")
  func passedDeadline() throws {
    let deadline = Deadline(after: .seconds(-1), on: SystemTime())
    let error = failure { try make("redis://no-such-host.invalid").send(.get("k"), deadline: deadline) }
    #expect(error?.kind == .timedOut, "not even the name was looked up")
  }

  @Test("A server that takes no connection is given up after the connect time-out")
  func connectTimeout() throws {
    let server = ScriptedRedis(backlog: 0, nil)
    // The first connections fill the queue of those not accepted; the system lets later ones wait for a place.
    let fillers = try (0..<4).map { _ in try make(server.url, connectTimeout: .milliseconds(50)) }
    for filler in fillers { _ = failure { try filler.send("PING") } }
    let time = SystemTime()
    let start = time.uptime
    let client = try make(server.url, connectTimeout: .milliseconds(150), socketTimeout: .milliseconds(150))
    #expect(failure { try client.send("PING") }?.kind == .timedOut)
    #expect(time.uptime - start < .seconds(9))
  }

  @Test("No server at the port, and no such host, are connection errors that name the server")
  func unreachable() throws {
    let port = LoopbackSocket.freePort()
    let refused = failure { try make("redis://:hunter2@127.0.0.1:\(port)").send("PING") }
    #expect(refused?.kind == .connection)
    #expect(refused?.description == "127.0.0.1:\(port): no connection: Connection refused")
    let unknown = failure { try make("redis://:hunter2@no-such-host.invalid").send("PING") }
    #expect(unknown?.kind == .connection)
    #expect(unknown?.description.hasPrefix("no-such-host.invalid:6379: the host is not found") == true)
  }

  @Test("A peer that reset the connection raises no SIGPIPE")
  func noSignal() throws {
    let server = ScriptedRedis { peer in
      peer.receive()
      peer.dropHard()
    }
    // Blocked in this thread alone, a signal raised by a write would stay pending.
    var signals = sigset_t()
    var before = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }

    let patience = Patience(timeout: .seconds(3), deadline: patient)
    let socket = try Socket.connect(to: "127.0.0.1", port: server.port, patience)
    try socket.send(Array("x".utf8), patience)
    while socket.isQuiet { SystemTime().sleep(for: .milliseconds(1)) }
    let errors = (0..<3).map { _ in failure { try socket.send([UInt8](repeating: 0, count: 1 << 20), patience) } }
    #expect(errors.allSatisfy { $0?.kind == .connection })
    var pending = sigset_t()
    sigpending(&pending)
    #expect(sigismember(&pending, SIGPIPE) == 0)
  }

  @Test("An idempotent command on a kept connection that breaks is done on a new one, once")
  func staleConnection() throws {
    // The first command of each connection is answered; the second kills the connection.
    let server = ScriptedRedis { peer in
      peer.welcome()
      peer.send("$1\r\na\r\n")
      peer.receive()
    }
    let client = try make(server.url)
    for _ in 0..<3 { #expect(try client.send(.get("k"), deadline: patient) == .bulk(Data("a".utf8))) }
  }

  @Test("A command that may have been done is not sent again")
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

  @Test("A connection that the server closed in the meantime is replaced for any command")
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

  @Test("Bytes that came unasked are never taken for an answer")
  func unasked() throws {
    let isAnswered = DispatchSemaphore(value: 0)
    let isSent = DispatchSemaphore(value: 0)
    let server = ScriptedRedis { peer in
      peer.welcome()
      peer.send("$1\r\na\r\n")
      isAnswered.wait()
      peer.send("$1\r\nb\r\n")
      isSent.signal()
      peer.receive()
    }
    let client = try make(server.url)
    for _ in 0..<2 {
      #expect(try client.send(.get("k"), deadline: patient) == .bulk(Data("a".utf8)))
      isAnswered.signal()
      #expect(isSent.wait(timeout: .now() + 20) == .success)
    }
  }

  @Test("A server that is full says so, and is not taken for one that refuses the password")
  func tooManyClients() throws {
    let server = ScriptedRedis { peer in
      peer.receive()
      peer.send("-ERR max number of clients reached\r\n-ERR x\r\n")
    }
    let error = failure { try make("redis://:hunter2@127.0.0.1:\(server.port)").send("PING") }
    #expect(error?.kind == .reply(code: "ERR"))
    #expect(error?.description.contains("hunter2") == false)
  }

  @Test("A server that wants a password is told from one that refuses it, before a value is sent")
  func passwordMissing() throws {
    let server = ScriptedRedis { peer in
      peer.receive()
      peer.send("-NOAUTH Authentication required.\r\n")
      peer.receive()
      // What Redis says to a long value from a client that has not signed in.
      peer.send("-ERR Protocol error: unauthenticated bulk length\r\n")
    }
    let value = Data(repeating: 0x78, count: 1 << 16)
    let error = failure { try make(server.url).send(.set("k", to: value, expiringAfter: 9), deadline: patient) }
    #expect(error?.kind == .passwordMissing)
    #expect(error?.detail == "CLIENT failed: NOAUTH Authentication required.")
  }

  @Test("Connections that fail leave no descriptor open")
  func descriptors() throws {
    func open() -> Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }
    let port = LoopbackSocket.freePort()
    let server = ScriptedRedis { $0.receive() }
    let before = open()
    for _ in 0..<200 {
      #expect(failure { try make("redis://127.0.0.1:\(port)").send("PING") }?.kind == .connection)
      #expect(failure { try make("rediss://127.0.0.1:\(server.port)").send("PING") }?.kind == .connection)
    }
    #expect(open() < before + 150, "tests that run at the same time may have some open")
  }
}
