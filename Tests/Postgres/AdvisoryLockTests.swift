import Foundation
import Postgres
import TestSupport
import Testing
import Time

extension OnServer {
  @Suite("An advisory lock")
  struct AdvisoryLockTests {
    private struct Interruption: Error {}
    private static let key = 4711
    let database: TestDatabase
    let connection: PostgresConnection

    init() throws {
      database = try TestDatabase()
      connection = try database.connect()
    }

    /// Returns true if another session can have the lock.
    private func isFree() throws -> Bool {
      try database.connect().withAdvisoryLock(Self.key, deadline: within()) { true } ?? false
    }

    @Test("is another session's once the work is done, or has failed")
    func free() throws {
      let isHeld = try connection.withAdvisoryLock(Self.key, deadline: within()) { try !isFree() }
      #expect(isHeld == true)
      #expect(try isFree())
      #expect(throws: Interruption.self) {
        try connection.withAdvisoryLock(Self.key, deadline: within()) { throw Interruption() }
      }
      #expect(try isFree())
    }

    @Test("does not stay with the connection of work for which there was too little time")
    func late() throws {
      let time = ManualTime()
      let deadline = Deadline(after: .seconds(60), on: time)
      _ = try connection.withAdvisoryLock(Self.key, deadline: deadline) { time.advance(by: .seconds(61)) }
      // The server sees a moment later that the client has gone.
      let end = within()
      while try !isFree(), !end.hasPassed { SystemTime().sleep(for: .milliseconds(20)) }
      #expect(try isFree())
      // The connection opens again.
      #expect(try connection.query("select 1", deadline: within())[0][0] == 1)
    }
  }
}
