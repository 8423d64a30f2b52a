import ConcertsSink
import Contracts
import Foundation
import Postgres
import Testing

@testable import Ledger

extension LedgerTests {
  @Suite("The last work on datasets")
  final class ActivityTests: LedgerSuite {
    private func activity() throws -> [String: DatasetActivity] {
      try ledger.activity(of: [dataset.id, "never"], deadline: within())
    }

    @Test("is the last run, the last success and the last load; a replay is no run of the source")
    func last() throws {
      try record(opened())
      #expect(try activity() == ["never": DatasetActivity(), dataset.id: DatasetActivity(startedAt: start)])
      for item in items { try load(item) }
      #expect(try activity()[dataset.id]?.loadedAt != nil && activity()[dataset.id]?.successAt == nil)
      try record(closed(after: 59))
      #expect(try activity()[dataset.id]?.successAt == start)
      try connection.query("update etl_runs set trigger = 'replay'", deadline: within())
      #expect(try activity()[dataset.id]?.startedAt == nil)
    }
  }
}
