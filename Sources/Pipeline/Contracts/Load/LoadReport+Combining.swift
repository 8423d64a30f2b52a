extension LoadReport {
  /// Combines the reports of an item's sinks. A record that any sink has rejected is rejected, with the first sink's reason;
  /// of the others as many are new, or changed, as in the sink that has most of them. The rest is that of the sink that
  /// writes the ledger or, if none does, of the first sink. An earlier rejection is resolved as all of them say. A sink that
  /// keeps no records is not asked for either, unless there is no other.
  /// - Parameter found: the number of the item's records and rejected rows, if the reports do not have it.
  public init(combining reports: [LoadReport], found: Int? = nil) {
    let keeping = reports.contains { !$0.isStateless } ? reports.filter { !$0.isStateless } : reports
    self = keeping.first(where: \.isInLedger) ?? keeping.first ?? LoadReport(records: RecordCounts())
    var positions = Set(rejections.map(\.position))
    for other in reports.flatMap(\.rejections) where positions.insert(other.position).inserted {
      rejections.append(other)
    }
    for other in reports { rejected.merge(other.rejected) { first, _ in first } }
    listedAt = listedAt ?? reports.compactMap(\.listedAt).first
    isLate = reports.contains(where: \.isLate)
    notice = notice ?? reports.compactMap(\.notice).first
    addOthers(of: reports)
    let rejectedKeys = Set(reports.filter(\.isStateless).flatMap(\.rejections).compactMap(\.key))
    resolutions = resolutions.filter { key, resolution in
      !rejectedKeys.contains(key) && keeping.allSatisfy { $0.resolutions[key] == resolution }
    }
    if let found { records.found = found }
    if reports.count > 1 || found != nil {
      records = records.combined(with: keeping.map(\.records), rejected: rejections.count)
    }
  }

  /// Adds the reports of sinks that share no record. A record is rejected, and an earlier rejection resolved, by the one sink
  /// that has it; but it is missing only if all of them miss it.
  public init(adding reports: [LoadReport]) {
    self = reports.first ?? LoadReport(records: RecordCounts())
    for other in reports.dropFirst() {
      records.add(other.records)
      counts.merge(other.counts) { first, _ in first }
      add(other.rejections, records: other.rejected)
      isLate = isLate || other.isLate
      listedAt = listedAt ?? other.listedAt
      notice = notice ?? other.notice
    }
    addOthers(of: reports)
    resolutions = [:]
    for key in Set(reports.flatMap(\.resolutions.keys)) {
      if reports.contains(where: { $0.resolutions[key] == .loaded }) {
        resolutions[key] = .loaded
      } else if reports.allSatisfy({ $0.resolutions[key] == .notListed }) {
        resolutions[key] = .notListed
      }
    }
  }

  private mutating func addOthers(of reports: [LoadReport]) {
    for remark in reports.flatMap(\.remarks) where !remarks.contains(remark) { remarks.append(remark) }
    for report in reports { watermarks.merge(report.watermarks) { first, _ in first } }
  }

  /// Adds rejected records, unless they are rejected already.
  public mutating func add(_ others: [Rejection], records: [Int: String]) {
    let known = Set(rejections.map(\.position))
    rejections += others.filter { !known.contains($0.position) }
    rejected.merge(records) { first, _ in first }
  }
}

extension LoadReport {
  /// Adds the breaches of the dataset's expectations. Those of a superseded document say nothing about what is stored.
  public mutating func add(_ checked: CheckResult) {
    guard !isSuperseded else { return }
    let notices = [notice, checked.notice].compactMap { $0 }
    notice = notices.isEmpty ? nil : notices.joined(separator: "; ")
    warnings += checked.warnings
    remarks += checked.remarks
  }
}

extension RecordCounts {
  fileprivate mutating func add(_ other: RecordCounts) {
    found += other.found
    new += other.new
    changed += other.changed
    unchanged += other.unchanged
    rejected += other.rejected
    if cancelled != nil || other.cancelled != nil { cancelled = (cancelled ?? 0) + (other.cancelled ?? 0) }
  }

  /// - Parameter rejected: the number of records that any sink has rejected.
  fileprivate func combined(with others: [RecordCounts], rejected: Int) -> RecordCounts {
    var counts = self
    counts.rejected = min(max(rejected, self.rejected), found)
    counts.new = min(others.map(\.new).max() ?? new, found - counts.rejected)
    counts.changed = min(others.map(\.changed).max() ?? changed, found - counts.rejected - counts.new)
    counts.unchanged = found - counts.rejected - counts.new - counts.changed
    counts.cancelled = others.compactMap(\.cancelled).max()
    return counts
  }
}
