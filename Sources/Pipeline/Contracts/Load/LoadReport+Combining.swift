import Contracts

extension LoadReport {
  /// Combines the reports of an item's sinks. The counts are those of the sink that writes the ledger or, if none does,
  /// those of the first sink. A record that any sink has rejected is rejected, with the first sink's reason.
  init(combining reports: [LoadReport]) {
    self = reports.first(where: \.isInLedger) ?? reports.first ?? LoadReport(records: RecordCounts())
    var positions = Set(rejections.map(\.position))
    for other in reports.flatMap(\.rejections) where positions.insert(other.position).inserted {
      rejections.append(other)
    }
    listedAt = listedAt ?? reports.compactMap(\.listedAt).first
    notice = notice ?? reports.compactMap(\.notice).first
  }
}
