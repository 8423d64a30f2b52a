import Contracts

extension PipelineError {
  /// Makes the error for a site that these rules do not fit any more.
  /// - Parameter problem: a sentence without its full stop.
  static func sourceChanged(_ problem: String) -> PipelineError {
    PipelineError(
      .sourceChanged,
      "\(problem). The site's markup has changed: stored data were not touched, the rules are in Sources/Extractors/WWOZ"
    )
  }
}
