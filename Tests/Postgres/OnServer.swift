import Foundation
import Postgres
import TestSupport
import Testing
import Time

/// The parts that need a server. Each makes connections of its own.
@Suite(.enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
enum OnServer {}

func make(url: String = TestDatabase.url()) throws -> PostgresConnection {
  PostgresConnection(try PostgresURL(url), applicationName: "postgres-tests")
}

/// A deadline in real time.
func within(_ duration: Duration = .seconds(20)) -> Deadline { Deadline(after: duration, on: SystemTime()) }

/// The error that `work` throws, if it is one of this module.
func failure(_ work: () throws -> Void) -> PostgresError? {
  do {
    try work()
    return nil
  } catch {
    return error as? PostgresError
  }
}
