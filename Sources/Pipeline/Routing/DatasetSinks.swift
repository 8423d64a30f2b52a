import Contracts
import Time

/// The sinks of a dataset, which load an item's document one after the other.
///
/// They are not called at the same time. Those of one database share its connection, a load is bound by one destination in
/// most datasets, and the order has a meaning: what is sent away goes first, the database comes last, and the ledger after it.
public struct DatasetSinks {
  private let sinks: [any Sink]
  private let filters: [RecordFilter?]
  /// The sinks' names; of several with one name with what they take.
  private let names: [String]

  /// - Parameter sinks: the sinks in the order in which they load.
  public init(_ sinks: [any Sink]) {
    self.sinks = sinks
    filters = sinks.map { ($0 as? FilteredSink)?.filter }
    let repeated = Dictionary(sinks.map { ($0.name, 1) }, uniquingKeysWith: +).filter { $0.value > 1 }
    names = zip(sinks, filters).map { sink, filter in
      repeated[sink.name] == nil ? sink.name : "\(sink.name) (\(filter.map { "where \($0)" } ?? "all records"))"
    }
  }

  /// True for one sink that takes all records: it may write the ledger with its data.
  public var isOne: Bool { sinks.count == 1 && filters[0] == nil }

  /// Refuses a document that one of the sinks cannot take, before any of them has loaded it.
  /// - Throws: `ConfigurationInvalid`.
  public func check(_ document: PartedDocument, for target: LoadTarget) throws(PipelineError) {
    for sink in sinks { try sink.check(document, for: target) }
  }

  /// Loads a document into every sink. A sink that fails stops none of the others, unless nothing would come of trying them
  /// (see `SinkResults`), and fails the load: a repetition changes nothing where the document was loaded.
  /// - Returns: the report on all records, with each sink's own result if they are several.
  /// - Throws: the sink's error; of several sinks one that names those that failed and those that did not.
  public func load(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> LoadReport {
    let untaken = try untaken(document, target, deadline)
    var results = SinkResults()
    for (index, sink) in sinks.enumerated() {
      try results.add(sink, named: names[index], isOnly: sinks.count == 1) { () throws(PipelineError) in
        let report = try sink.loadAll(document, for: target, deadline: share(of: deadline, for: index))
        // The ledger refuses such counts, too, but its error does not name the sink.
        try report.records.check("\(target.dataset.dataType) of \(target.item) in \(names[index])")
        return report
      }
    }
    if let error = results.error { throw error }
    return combined(results.reports, untaken)
  }

  /// Returns the end of one sink's time. A destination that hangs must leave the others some.
  private func share(of deadline: Deadline, for index: Int) -> Deadline {
    guard index < sinks.count - 1, !sinks[index].isInDatabase else { return deadline }
    return deadline.limited(to: deadline.remaining / 2)
  }

  /// Reports what `load` would change, and changes nothing.
  /// - Throws: the first sink's error.
  public func dryRun(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> DryRun {
    let untaken = try untaken(document, target, deadline)
    var results: [DryRun] = []
    for sink in sinks { results.append(try sink.dryRunAll(document, for: target, deadline: deadline)) }
    return DryRun(report: combined(results.map(\.report), untaken), differences: results.flatMap(\.differences))
  }

  /// Returns the number of current records of each item: that of the first sink that counts them, and of those whose records
  /// are others.
  public func storedCounts(
    of items: [WorkItem], in dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> [String: Int] {
    var counts: [String: Int] = [:]
    let counting = sinks.indices.filter { base(of: sinks[$0]) is any RecordCounting }
    for index in Self.layers(counting.map { filters[$0] }).first ?? [] {
      guard let sink = base(of: sinks[counting[index]]) as? any RecordCounting else { continue }
      counts.merge(try sink.storedCounts(of: items, in: dataset, deadline: deadline), uniquingKeysWith: +)
    }
    return counts
  }

  private func base(of sink: any Sink) -> any Sink { (sink as? FilteredSink)?.sink ?? sink }

  /// - Returns: nil if there is a sink that takes all records. One that keeps none stores none, and counts only without others.
  private func untaken(
    _ document: PartedDocument, _ target: LoadTarget, _ deadline: Deadline
  ) throws(PipelineError) -> UntakenRecords? {
    let keeping = sinks.indices.filter { sinks[$0].keepsRecords }
    let asked = (keeping.isEmpty ? Array(sinks.indices) : keeping).map { filters[$0] }
    let rules = asked.compactMap(\.self)
    guard !rules.isEmpty, rules.count == asked.count else { return nil }
    return try UntakenRecords(document, rules, key: target.key, deadline: deadline)
  }

  /// Combines the sinks' reports. The records of sinks that exclude each other add up; of those that share records, the
  /// one with most new or changed records counts.
  private func combined(_ reports: [LoadReport], _ untaken: UntakenRecords?) -> LoadReport {
    var reports = reports
    for index in sinks.indices { reports[index].isStateless = !sinks[index].keepsRecords }
    guard !isOne else { return reports[0] }
    let results = zip(names, reports).map { SinkResult(sink: $0, records: $1.records) }
    guard filters.contains(where: { $0 != nil }) else {
      var report = LoadReport(combining: reports)
      report.sinks = results
      return report
    }
    var layers = Self.layers(filters, apart: reports.map(\.isStateless)).map {
      LoadReport(adding: $0.map { reports[$0] })
    }
    // The records that no sink takes come with the first ones.
    layers[0].add(untaken?.rejections ?? [], records: untaken?.rejected ?? [:])
    let whole = zip(filters, reports).first { $0.0 == nil }?.1.records.found
    var report = LoadReport(combining: layers, found: untaken?.found ?? whole)
    report.sinks = results
    return report
  }

  /// Divides sinks into groups, in each of which no record is of two sinks. A sink joins the first group that it can.
  /// - Parameter apart: true for a sink that shares its group only with others of its kind; none does by default.
  /// - Returns: the indices of each group's sinks.
  private static func layers(_ filters: [RecordFilter?], apart: [Bool]? = nil) -> [[Int]] {
    var layers: [[Int]] = []
    for (index, filter) in filters.enumerated() {
      let layer = layers.firstIndex { members in
        members.allSatisfy { member in
          apart?[member] == apart?[index] && filter.flatMap { filters[member]?.excludes($0) } ?? false
        }
      }
      if let layer { layers[layer].append(index) } else { layers.append([index]) }
    }
    return layers
  }
}
