import TestSupport
import Testing

/// The suites of `make test` run at once on one Redis.
@Suite("Services that suites share")
struct SharedServiceTests {
  @Test("A database of Redis that a suite empties is that suite's alone")
  func emptiedDatabases() throws {
    var users: [Substring: [String]] = [:]
    var emptied: Set<Substring> = []
    for file in try SourceFiles.swift(below: "Tests") where file.text.contains("RedisService.") {
      let numbers = Set(file.text.matches(of: /RedisService\.(?:url|tlsURL)\(database: ([0-9]+)\)/).map(\.1))
      for number in numbers { users[number, default: []].append(file.path) }
      if file.text.contains("FLUSHDB") { emptied.formUnion(numbers) }
    }
    #expect(!emptied.isEmpty)
    for number in emptied { #expect(users[number]?.count == 1, "\(number): \(users[number] ?? [])") }
  }
}
