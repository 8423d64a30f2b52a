import Redis
import Testing

@Suite("Redis addresses")
struct RedisURLTests {
  @Test("Every part is read, and missing parts have defaults")
  func parts() throws {
    let full = try RedisURL("rediss://loader:s%40cr%3At%2F%25@cache.example.org:6380/12")
    #expect(full.usesTLS)
    #expect((full.user, full.password) == ("loader", "s@cr:t/%"))
    #expect((full.host, full.port, full.database) == ("cache.example.org", 6380, 12))

    let short = try RedisURL("redis://localhost")
    #expect(!short.usesTLS)
    #expect((short.user, short.password) == ("", ""))
    #expect((short.host, short.port, short.database) == ("localhost", 6379, 0))

    #expect(try RedisURL("redis://:secret@10.0.0.1/").password == "secret")
    #expect(
      try RedisURL("redis://:a:b+c@h").password == "a:b+c", "only the first colon separates, and + is a plus sign")
    #expect(try RedisURL("redis://:a@b@h").password == "a@b", "the last @ separates")
    #expect(try RedisURL("REDISS://h").usesTLS)
    #expect(try RedisURL("redis://:%C3%BC@h").password == "ü")
  }

  @Test("An IPv6 address is in brackets, also when shown")
  func ipv6() throws {
    let url = try RedisURL("redis://:secret@[fd00::1]:7000/3")
    #expect((url.host, url.port, url.database) == ("fd00::1", 7000, 3))
    #expect(url.server == "[fd00::1]:7000")
    #expect(try RedisURL("redis://[::1]").port == 6379)
  }

  @Test("Neither the address nor the settings show the password")
  func redacted() throws {
    let url = try RedisURL("rediss://loader:hunter2@h:1/2")
    #expect("\(url)" == "rediss://h:1/2")
    #expect(!String(reflecting: RedisSettings(url: url)).contains("hunter2"))
  }

  @Test(
    "Other addresses are refused, and the error quotes nothing of them",
    arguments: [
      "", "hunter2", "http://hunter2@h", "redis:hunter2", "redis://", "redis:///1", "redis://:hunter2@",
      "redis://hunter2@h",
      "redis://:hunter2@h:0", "redis://:hunter2@h:65536", "redis://:hunter2@h:x", "redis://:hunter2@h:-1",
      "redis://:hunter2@h/x", "redis://:hunter2@h/-1", "redis://:hunter2@h/99999999999999999999",
      "redis://:hunter2@h/1/2",
      "redis://:hunter2@h?db=1", "redis://:hunter2@h#x", "redis://:hunter2/x@h", "redis://:hunter2#x@h",
      "redis://:hunter2%@h", "redis://:hunter2%4@h", "redis://:hunter2%zz@h", "redis://:hunter2%FF@h",
      "redis://:hunter2@::1", "redis://:hunter2@[h]", "redis://:hunter2@[::1", "redis://:hunter2@[::1]x",
      "redis://:hunter2@h h",
    ])
  func refused(text: String) {
    let error = #expect(throws: RedisError.self) { try RedisURL(text) }
    #expect(error?.kind == .invalidURL)
    #expect(error?.description.contains("hunter") == false)
    #expect(error?.description.isEmpty == false)
  }
}
