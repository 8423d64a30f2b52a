import Foundation
import Redis
import TestSupport
import Testing
import Time

@Suite("Redis over TLS", .enabled(if: RedisService.hasTLS, "start the services: make test"))
struct RedisTLSTests {
  let url = RedisService.tlsURL(database: 20)
  let authorities = RedisService.authorities

  @Test("With the server's authority, values of any size are sent and received")
  func values() throws {
    let client = try make(url, authorities: authorities)
    let key = uniqueKey()
    let value = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    #expect(try client.send(.set(key, to: value, expiringAfter: 60), deadline: longDeadline) == .status("OK"))
    #expect(try client.send(.get(key), deadline: longDeadline) == .bulk(value))
    let pings = [RedisCommand](repeating: RedisCommand("PING"), count: 1000)
    #expect(try client.pipeline(pings, deadline: longDeadline) == [RedisReply](repeating: .status("PONG"), count: 1000))
    #expect(try client.send("DEL", key) == .integer(1))
  }

  @Test("A certificate for another name is refused")
  func wrongName() throws {
    let address = url.replacing("localhost", with: "127.0.0.1")
    let error = failure { try make(address, authorities: authorities).send("PING") }
    #expect(error?.kind == .tls)
    #expect(error?.detail == "the server's certificate is refused: IP address mismatch")
  }

  @Test("A certificate of an unknown authority is refused")
  func unknownAuthority() throws {
    let error = failure { try make(url).send("PING") }
    #expect(error?.kind == .tls)
    #expect(error?.detail.hasPrefix("the server's certificate is refused: ") == true)
  }

  @Test(
    "A missing file of authorities, or one without certificates, is a TLS error",
    arguments: ["/no/such/file", #filePath])
  func noAuthorities(path: String) throws {
    let error = failure { try make(url, authorities: path).send("PING") }
    #expect(error?.kind == .tls)
    #expect(error?.detail.hasPrefix("the authorities' file cannot be read") == true)
  }

  @Test("A wrong password is refused as on a plain connection")
  func wrongPassword() throws {
    let address = try #require(url.split(separator: "@").last)
    let error = failure { try make("rediss://:hunter2@\(address)", authorities: authorities).send("PING") }
    #expect(error?.kind == .authentication)
    #expect(error?.description.contains("hunter2") == false)
  }

  @Test("A connection that is killed is replaced at the next command")
  func killed() throws {
    let client = try make(url, authorities: authorities)
    guard case .integer(let id) = try client.send("CLIENT", "ID") else { throw CancellationError() }
    #expect(try make(url, authorities: authorities).send("CLIENT", "KILL", "ID", String(id)) == .integer(1))
    #expect(try client.send("PING") == .status("PONG"))
  }

  @Test("TLS to a plain port and plain text to a TLS port fail with a hint")
  func mixedUp() throws {
    let plainPort = try #require(RedisService.url(database: 20).split(separator: "@").last)
    let toPlain = failure {
      try make("rediss://:x@\(plainPort)", authorities: authorities, connectTimeout: .milliseconds(200)).send("PING")
    }
    #expect([.tls, .connection, .timedOut].contains(toPlain?.kind), "Redis may wait for the end of a line")
    #expect(toPlain?.detail.hasSuffix("; does the port speak TLS (rediss://)?") == true)
    let tlsPort = try #require(url.split(separator: "@").last)
    let toTLS = failure { try make("redis://:x@\(tlsPort)").send("PING") }
    #expect([.protocolViolation, .connection].contains(toTLS?.kind))
    #expect(toTLS?.detail.hasSuffix("; does the port require TLS (rediss://)?") == true)
  }
}

@Suite("Certificates", .enabled(if: TestAuthority.openssl != nil, "there is no openssl"))
struct CertificateTests {
  /// The replies to CLIENT SETNAME and PING.
  let replies = "+OK\r\n+PONG\r\n"

  func ping(_ server: OpenSSLServer, _ host: String) throws -> RedisReply {
    let client = try make("rediss://\(host):\(server.port)", authorities: server.authorities)
    for _ in 0..<500 {
      do {
        return try client.send("PING")
      } catch let error as RedisError where error.kind == .connection {
        SystemTime().sleep(for: .milliseconds(20))
      }
    }
    return try client.send("PING")
  }

  @Test("An address is accepted if the certificate contains it as an address")
  func address() throws {
    let server = try OpenSSLServer(name: "IP:127.0.0.1", replies: replies)
    #expect(try ping(server, "127.0.0.1") == .status("PONG"))
  }

  @Test("An address is refused if the certificate contains it as a name, and a name if it contains only its address")
  func confusion() throws {
    let named = try OpenSSLServer(name: "DNS:127.0.0.1")
    #expect(failure { try ping(named, "127.0.0.1") }?.detail.contains("IP address mismatch") == true)
    let numbered = try OpenSSLServer(name: "IP:127.0.0.1")
    #expect(failure { try ping(numbered, "localhost") }?.detail.contains("hostname mismatch") == true)
  }

  @Test("A certificate that has expired or is not yet valid is refused")
  func expired() throws {
    let expired = try OpenSSLServer(name: "DNS:localhost", days: -3 ... -1)
    let error = failure { try ping(expired, "localhost") }
    #expect(error?.kind == .tls)
    #expect(error?.detail == "the server's certificate is refused: certificate has expired")
    let early = try OpenSSLServer(name: "DNS:localhost", days: 1...3)
    #expect(failure { try ping(early, "localhost") }?.detail.contains("certificate is not yet valid") == true)
  }

  @Test("A server that accepts and never completes the handshake ends at the connect timeout")
  func silentHandshake() throws {
    let server = ScriptedRedis { $0.waitUntilClosed() }
    let client = try make("rediss://127.0.0.1:\(server.port)", connectTimeout: .milliseconds(200))
    #expect(failure { try client.send("PING") }?.kind == .timedOut)
  }

  @Test("A server that closes the connection during the handshake is a connection error")
  func brokenHandshake() throws {
    let server = ScriptedRedis { $0.receive() }
    let client = try make("rediss://127.0.0.1:\(server.port)")
    #expect(failure { try client.send("PING") }?.kind == .connection)
  }
}
