import Contracts

extension PipelineError {
  /// The site is no longer what the rules were written for.
  /// - Parameter what: a sentence without its full stop.
  static func sourceChanged(_ what: String) -> PipelineError {
    PipelineError(
      .sourceChanged,
      "\(what). The site's markup has changed: nothing stored was touched, the rules are in Sources/Scraper/WWOZ")
  }
}
