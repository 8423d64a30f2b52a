import Postgres
import Time

extension TestDatabase {
  /// True if the test server has the extension pgvector. `ENRICH=1` builds it for the local stack.
  public static let hasVectors: Bool = {
    guard let serverURL, let url = try? PostgresURL(serverURL) else { return false }
    let rows = try? PostgresConnection(url, applicationName: "tests").query(
      "select from pg_available_extensions where name = 'vector'",
      deadline: Deadline(after: .seconds(30), on: SystemTime()))
    return rows?.isEmpty == false
  }()
}
