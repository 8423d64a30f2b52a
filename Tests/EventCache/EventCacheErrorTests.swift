import Contracts
import EventRecords
import Redis
import Settings
import TestSupport
import Testing
import Time

@testable import EventCache

@Suite("Failures of the cache")
struct EventCacheErrorTests {
  @Test(
    "Each has the error name on which the state machine's rules match",
    arguments: [
      (RedisError.Kind.invalidURL, PipelineError.Name.configurationInvalid), (.authentication, .configurationInvalid),
      (.passwordMissing, .configurationInvalid),
      (.tls, .configurationInvalid), (.connection, .cacheUnavailable), (.timedOut, .cacheUnavailable),
      (.protocolViolation, .cacheUnavailable), (.reply(code: "OOM"), .cacheUnavailable),
      (.notServing(code: "READONLY"), .cacheUnavailable), (.cluster, .configurationInvalid),
      (.tooLarge, .storageCorrupt),
    ])
  func names(kind: RedisError.Kind, name: PipelineError.Name) {
    let time = ManualTime()
    let error = RedisError(kind, server: "h:6379", detail: "so it is")
    let mapped = PipelineError(error, deadline: Deadline(after: .seconds(1), on: time))
    #expect(mapped.name == name)
    #expect(mapped.message.contains("h:6379: so it is"))
    #expect(mapped.message.contains("REDIS_URL") == [.configurationInvalid, .storageCorrupt].contains(name))
  }

  @Test("A timeout at the deadline is DeadlineExceeded")
  func deadline() {
    let passed = Deadline(after: .zero, on: ManualTime())
    #expect(PipelineError(RedisError(.timedOut, detail: ""), deadline: passed).name == .deadlineExceeded)
    #expect(PipelineError(RedisError(.connection, detail: ""), deadline: passed).name == .cacheUnavailable)
  }

  @Test("All problems of the environment are named, and no value is shown")
  func environment() {
    var configuration = Configuration(environment: [
      "REDIS_URL": "http://:hunter2@h", "REDIS_CA_FILE": "/hunter2", "REDIS_SOCKET_TIMEOUT": "hunter2",
      "REDIS_SOCKET_CONNECT_TIMEOUT": "0",
    ])
    _ = EventCacheSettings(from: &configuration)
    let error = #expect(throws: PipelineError.self) { try configuration.validate() }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message.contains("hunter2") == false)
    for name in ["REDIS_URL", "REDIS_CA_FILE", "REDIS_SOCKET_TIMEOUT", "REDIS_SOCKET_CONNECT_TIMEOUT"] {
      #expect(error?.message.contains(name) == true)
    }
  }

  @Test("A password that would be sent in clear is a problem, which REDIS_ALLOW_PLAIN=true accepts")
  func plain() throws {
    func problem(_ url: String, allowing plain: String? = nil) -> String? {
      var configuration = Configuration(environment: ["REDIS_URL": url, "REDIS_ALLOW_PLAIN": plain ?? ""])
      _ = EventCacheSettings(from: &configuration)
      do { try configuration.validate() } catch { return error.message }
      return nil
    }
    let url = "redis://u:hunter2@cache.example.org/0"
    #expect(
      problem(url)
        == "REDIS_URL: redis:// would send the password to cache.example.org:6379 in clear. Use rediss:// (TLS), or accept "
        + "the risk with REDIS_ALLOW_PLAIN=true")
    #expect(problem(url, allowing: "true") == nil)
    #expect(problem(url, allowing: "1")?.contains("REDIS_ALLOW_PLAIN must be true or false") == true)
    for other in [
      "redis://cache.example.org", "rediss://:p@cache.example.org", "redis://:p@localhost", "redis://:p@[::1]",
    ] {
      #expect(problem(other) == nil)
    }
  }

  @Test("A missing REDIS_URL is named once")
  func missing() {
    var configuration = Configuration(environment: [:])
    _ = EventCacheSettings(from: &configuration)
    let error = #expect(throws: PipelineError.self) { try configuration.validate() }
    #expect(error?.message == "REDIS_URL is not set")
  }

  @Test("The environment's settings are used, with defaults for the missing ones")
  func settings() throws {
    var configuration = Configuration(environment: [
      "REDIS_URL": "rediss://h/3", "REDIS_CA_FILE": #filePath, "REDIS_SOCKET_TIMEOUT": "2.5",
    ])
    let redis = try EventCacheSettings(from: &configuration).redis.get()
    try configuration.validate()
    #expect("\(redis.url)" == "rediss://h:6379/3")
    #expect(redis.authorities == #filePath)
    #expect(redis.socketTimeout == .milliseconds(2500))
    #expect(redis.connectTimeout == .seconds(5))
  }

  @Test("A malformed address is an error before any connection")
  func wrongURL() {
    let error = #expect(throws: PipelineError.self) { try make(url: "redis://:hunter2@h/x") }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message.contains("hunter2") == false)
  }
}
