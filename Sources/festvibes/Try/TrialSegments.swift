import Contracts
import JSON
import Processing

/// A body that comes in segments, tried without having all of it in memory.
struct TrialSegments {
  private var stream: (any RecordStream)?
  /// The first segment; for the stage `parse` all of them.
  private var body: RawBody?
  private var size = 0

  /// Takes the next segment.
  /// - Throws: as `Trial.run`; `InvalidInput` for a body that is too large for the stage `parse`, which shows all of it.
  mutating func use(
    _ segment: RawBody, _ stage: Trial.Stage, of item: WorkItem, _ trial: Trial, _ all: inout Records,
    _ result: inout Trial.Result
  ) throws(PipelineError) -> BodyFacts {
    if segment.segment == 1 {
      (body, size) = (segment, 0)
      var head = segment
      head.bytes = []
      stream = try trial.parser.stream(head)
    }
    size += segment.bytes.count
    switch stage {
    case .extract: if segment.isLast, let body { result.bodies.append(Trial.summary(of: body, size: size)) }
    case .parse: try structure(segment, trial, &result)
    case .transform:
      try stream?.add(segment.bytes, isLast: segment.isLast) { (records) throws(PipelineError) in
        all.records += records.records
        all.rejected += records.rejected
        all.warnings += records.warnings
        try trial.check(all, of: item)
        // What is behind the limit is not read.
        if let limit = trial.limit, all.records.count >= limit { throw PipelineError(.invalidInput, Self.enough) }
      }
    }
    return BodyFacts(recordCount: all.records.count + all.rejected.count)
  }

  /// The end of reading at the limit.
  static let enough = "the limit is reached"

  private mutating func structure(
    _ segment: RawBody, _ trial: Trial, _ result: inout Trial.Result
  ) throws(PipelineError) {
    if segment.segment > 1 { body?.bytes += segment.bytes }
    guard size <= segment.limit.bytes else {
      throw PipelineError(
        .invalidInput,
        "\(segment.address) \(segment.limit.refusal(of: segment.limit.bytes)): --stage parse shows all of a file. Cut the file, or look "
          + "at the first records with --stage transform --limit 10")
    }
    guard segment.isLast, var whole = body else { return }
    (whole.segment, whole.isLast) = (1, true)
    result.bodies.append(try trial.parser.structure(of: whole).limited(to: trial.limit))
  }
}
