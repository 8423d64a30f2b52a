import TestSupport
import Testing

/// The routes of system 003 on a real Postgres.
@Suite("The API's data", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
enum APIDataTests {}
