import AWS
import Enrichment
import Foundation

extension Execution {
  /// Lines about the enrichment in a run's summary: what it did, why it did less, and its error. Empty if there was none.
  /// It changes no status: the next run does what is left.
  var enrichment: [String] {
    struct Summary: Decodable {
      let enrichment: EnrichmentCounts?
      let enrichment_error: String?
    }
    guard let summary = try? JSONDecoder().decode(Summary.self, from: Data((output ?? "").utf8)) else { return [] }
    var lines = summary.enrichment.map { [$0.sentence] + $0.notes.map { "Enrichment: \($0)" } } ?? []
    if let text = summary.enrichment_error {
      let parts = text.split(separator: ": ", maxSplits: 1).map(String.init)
      let failure = RunFailure(error: parts.first, cause: parts.count > 1 ? parts[1] : nil)
      lines.append("Not all is enriched, the next run goes on: \(failure.brief)")
    }
    return lines
  }
}

extension EnrichmentCounts {
  /// `Enriched: 118 events, 97 artists, 60 venues and 12 genres embedded; 58 of 60 venues located, 2 unknown.`
  fileprivate var sentence: String {
    var text = "Enriched: \(embedded.events) events, \(embedded.artists) artists, \(embedded.venues) venues and "
    text += "\(embedded.genres) genres embedded"
    if geocoded.lookedUp > 0 {
      text += "; \(geocoded.found) of \(geocoded.lookedUp) venues located, \(geocoded.missed) unknown"
      if geocoded.failed > 0 { text += ", \(geocoded.failed) failed" }
    }
    if let links, links.compared > 0 {
      text += "; \(links.compared) artists and venues compared with other sources, \(links.new) new pairs"
    }
    return text + (more ? "; more is left to the next run." : ".")
  }
}
