import Contracts
import Enrichment
import Geocoding
import Time

extension VenueGeocoding: VenueLocating {
  public func locateVenues(deadline: Deadline) throws(PipelineError) -> LocatingReport {
    let report = try geocode(deadline: deadline)
    var result = LocatingReport()
    (result.counts.lookedUp, result.counts.found) = (report.lookedUp, report.found)
    (result.counts.missed, result.counts.failed) = (report.missed, report.failed)
    (result.more, result.notes) = (report.more, report.notes)
    return result
  }
}
