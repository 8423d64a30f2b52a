import Foundation
import TestSupport
import Testing

@testable import OperationsPage

extension ReaderTests {
  @Test(
    "Times that no clock has do not keep operators from the page",
    arguments: ["infinity", "-infinity", "294276-12-31 23:59:59.999999Z", "0001-01-01 BC"])
  func oddTimes(time: String) throws {
    let database = try database(
      Self.script
        + """
        update etl_runs set started_at = '\(time)', ended_at = '\(time)';
        update loads set loaded_at = '\(time)', listed_at = '\(time)';
        update cached_items set cached_at = '-infinity', expires_at = 'infinity';
        update rejected_records set rejected_at = '\(time)';
        update etl_failures set failed_at = '\(time)';
        """)
    let report = try report(database)
    #expect(report.datasets.first { $0.id == "wwoz" }?.runs.count == 2)
    let page = String(decoding: OperationsPage(report, reload: .never).bytes, as: UTF8.self)
    let isFirst = time.hasPrefix("-") || time.hasSuffix("BC")
    #expect(page.contains(isFirst ? "0001-01-01T00:00:00.000Z" : "9999-12-31T23:59:59.000Z"))
  }
}
