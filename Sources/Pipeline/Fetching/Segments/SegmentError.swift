import Contracts

/// The end of reading a body in segments.
public enum SegmentError: Error {
  /// The body could not be read.
  case fetch(FetchError)
  /// The receiver of a segment, or the archive's store, failed.
  case use(PipelineError)
}
