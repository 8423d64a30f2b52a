import Contracts
import Enrichment
import Geocoding
import Time

/// Geocoding as a part of the enrichment.
struct VenueLocator: VenueLocating {
  let geocoding: VenueGeocoding
  /// The reason for which the settings of the geocoder cannot be used; nil if they can.
  let problem: String?

  func locateVenues(deadline: Deadline) throws(PipelineError) -> LocatingReport {
    let report = try geocoding.geocode(deadline: deadline)
    var result = LocatingReport()
    (result.counts.lookedUp, result.counts.found) = (report.lookedUp, report.found)
    (result.counts.missed, result.counts.failed) = (report.missed, report.failed)
    (result.more, result.notes) = (report.more, report.notes)
    if let problem { result.notes.insert("venues are not geocoded: \(problem)", at: 0) }
    return result
  }
}
