import Contracts
import Time

/// Finds the coordinates of venues whose addresses have changed, in small transactions of its own.
public protocol VenueLocating {
  /// Looks up until nothing is left, or until the deadline is near. A failure of the provider is a count; what was found
  /// before stays.
  func locateVenues(deadline: Deadline) throws(PipelineError) -> LocatingReport
}

/// The result of a call of `VenueLocating`.
public struct LocatingReport: Equatable, Sendable {
  public var counts = EnrichmentCounts.Geocoded()
  /// True if there was more to do than time.
  public var more = false
  /// Sentences for the operator.
  public var notes: [String] = []

  public init() {}
}
