import Foundation
import Postgres
import TestSupport
import Testing
import Time

/// Groups the suites that need a server.
@Suite(.enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
enum OnServer {}

func make(url: String = TestDatabase.url()) throws -> PostgresConnection {
  PostgresConnection(try PostgresURL(url), applicationName: "postgres-tests")
}

/// Returns the id of the server process that serves a connection.
func serverProcess(of connection: PostgresConnection) throws -> Int {
  try connection.query("select pg_backend_pid()", deadline: within())[0][0]
}

/// Returns a deadline in real time.
func within(_ duration: Duration = .seconds(20)) -> Deadline { Deadline(after: duration, on: SystemTime()) }

/// Returns the `PostgresError` that `work` throws; nil when it throws none.
func failure(_ work: () throws -> Void) -> PostgresError? {
  do {
    try work()
    return nil
  } catch {
    return error as? PostgresError
  }
}
