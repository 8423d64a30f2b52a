import Contracts
import FoundationEssentials
import Ledger
import Time

/// Looks up the addresses of venues, and fills their coordinates.
///
/// A venue is asked for if it has an address and no row in `venue_locations`, if its address changed, if its coordinates
/// expired or if a miss is due again. The provider is asked outside any transaction. Each batch is stored in a short
/// transaction of its own, so that a killed process loses one batch at most; the next call looks up what is missing.
public final class VenueGeocoding {
  /// The addresses that are asked for one by one before they are stored.
  static let singles = 25
  /// The time that is kept for storing what was found.
  static let reserve = Duration.seconds(5)

  private let locations: VenueLocations
  private let geocoder: (any Geocoder)?
  private let time: any TimeSource

  /// - Parameter geocoder: nil looks up nothing, and only brings the venues in line with `venue_locations`.
  public init(_ database: Database, geocoder: (any Geocoder)?, time: any TimeSource = SystemTime()) {
    locations = VenueLocations(database)
    self.geocoder = geocoder
    self.time = time
  }

  /// Geocodes until nothing is due, the provider gives out, or the deadline's last seconds begin.
  /// - Throws: an error of the database. A failure of the provider is a note in the report.
  public func geocode(deadline: Deadline) throws(PipelineError) -> GeocodingReport {
    var report = GeocodingReport()
    // A database that no load has seen, or not lately, lacks the tables.
    try locations.database.migrate(deadline: deadline)
    // First, so that a venue that moved loses its old place at once, even if no provider responds.
    try locations.align(deadline: deadline)
    if let geocoder { try lookUp(with: geocoder, into: &report, deadline: deadline) }
    guard !report.more else { return report }
    let removed = try locations.removeExpired(at: time.now, deadline: deadline)
    if removed > 0 {
      report.notes.append(
        "\(Self.venues(removed)) lost coordinates that may not be stored longer, and were not renewed")
    }
    return report
  }

  private func lookUp(
    with geocoder: any Geocoder, into report: inout GeocodingReport, deadline: Deadline
  ) throws(PipelineError) {
    var asked: [Int] = []
    while true {
      let (venues, total) = try locations.due(
        without: asked, limit: geocoder.batchSize, by: geocoder.provider, at: time.now, deadline: deadline)
      guard !venues.isEmpty else { return }
      let before = report.lookedUp
      for group in Self.groups(of: venues, for: geocoder) {
        let left = total - (report.lookedUp - before)
        let limit = deadline.limited(to: deadline.remaining - Self.reserve)
        guard !limit.hasPassed else { return leave(left, because: nil, in: &report) }
        // An address without a street has no place of its own: no provider is asked.
        let hasStreet = group[0].address.street != nil
        let results =
          hasStreet ? geocoder.locate(group.map(\.address), deadline: limit) : group.map { _ in .success(.noStreet) }
        let failure = try store(results, of: group, by: geocoder.provider, into: &report, deadline: deadline)
        asked += group.prefix(results.count).map(\.id)
        if isHopeless(results) || results.count < group.count && (results.isEmpty || limit.hasPassed) {
          return leave(total - (report.lookedUp - before), because: failure, in: &report)
        }
      }
    }
  }

  /// Venues that are asked for, and stored, at once.
  private static func groups(of venues: [DueVenue], for geocoder: any Geocoder) -> [[DueVenue]] {
    let (unknown, known) = (venues.filter { $0.address.street == nil }, venues.filter { $0.address.street != nil })
    let together = known.filter { geocoder.takesInBatch($0.address) }
    let alone = known.filter { !geocoder.takesInBatch($0.address) }
    let chunks = stride(from: 0, to: alone.count, by: singles).map { alone[$0..<min($0 + singles, alone.count)] }
    return ([unknown, together] + chunks.map { Array($0) }).filter { !$0.isEmpty }
  }

  /// Stores the results of a batch, and counts them.
  /// - Returns: the last failure.
  private func store(
    _ results: [Result<GeocodingOutcome, PipelineError>], of venues: [DueVenue], by provider: GeocodingProvider,
    into report: inout GeocodingReport, deadline: Deadline
  ) throws(PipelineError) -> PipelineError? {
    var rows: [VenueLocation] = []
    var failed: [VenueLocation] = []
    var failure: PipelineError?
    for (venue, result) in zip(venues, results) {
      switch result {
      case .success(let outcome):
        rows.append(VenueLocation(venue: venue, judgment: GeocodingJudgment(outcome, for: venue.address)))
      case .failure(let error):
        failure = error
        failed.append(VenueLocation(venue: venue, judgment: .miss(.failed, nil)))
        // The response is not known: the venue counts when it is asked for again.
        if error.name != .deadlineExceeded { report.failed += 1 }
      }
    }
    let stored = try locations.store(rows, by: provider, at: time.now, deadline: deadline)
    _ = try locations.store(failed, by: provider, at: time.now, deadline: deadline)
    report.found += rows.count(where: \.isFound)
    report.missed += rows.count { !$0.isFound }
    report.lookedUp = report.found + report.missed + report.failed
    if stored < rows.count {
      report.notes.append(
        "\(Self.venues(rows.count - stored)) changed while looked up: the next run asks for the new address")
    }
    if let failure, failure.name != .deadlineExceeded, !report.notes.contains(failure.message) {
      report.notes.append(failure.message)
    }
    return failure
  }

  /// True if the provider gave no usable response to a whole batch, or said that it will not.
  private func isHopeless(_ results: [Result<GeocodingOutcome, PipelineError>]) -> Bool {
    var breaker = GeocodingBreaker()
    for result in results {
      if case .failure(let error) = result { breaker.fail(error) } else { breaker.succeed() }
    }
    return breaker.isOpen
  }

  /// Ends with venues that were not asked for.
  /// - Parameter failure: the provider's failure; nil if the time ended.
  private func leave(_ count: Int, because failure: PipelineError?, in report: inout GeocodingReport) {
    let isTime = failure == nil || failure?.name == .deadlineExceeded
    // A provider that answers nothing in all that time does not get another.
    report.more = isTime && report.found + report.missed > 0
    guard !report.more, count > 0 else { return }
    let reason =
      isTime ? "in the time that there was, the provider gave no response" : "the provider is not asked any more"
    report.notes.append("\(Self.venues(count)) left to look up, because \(reason): the next run does")
  }

  private static func venues(_ count: Int) -> String { count == 1 ? "1 venue" : "\(count) venues" }
}
