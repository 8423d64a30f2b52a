import Contracts
import LambdaRuntime

/// The records of a Kinesis stream, which Lambda's event source mapping delivers in batches.
extension LoaderHandler {
  /// - Returns: the records that must be delivered again. Lambda goes on at the first of them, so that those behind it come
  ///   again as well, and are stored in the same places.
  /// - Throws: `InvalidInput` where no stream is read; the error of the store if no record could be stored.
  func handle(_ event: StreamEvent, _ context: LambdaContext) throws(PipelineError) -> StreamResponse {
    guard let store = try stream() else {
      throw PipelineError(.invalidInput, "Records: this process stores no records of a stream")
    }
    let report = try store.store(event, deadline: context.deadline)
    for problem in report.rejected {
      context.log.error(
        "a record of the stream cannot be read: \(problem.reason)",
        ["sequence_number": .text(problem.sequenceNumber), "key": .text(problem.key ?? "")])
    }
    // All of them mostly have one cause.
    if let first = report.failed.first {
      context.log.warn(
        "\(report.failed.count) records of the stream were not stored, and are delivered again: \(first.reason)",
        ["sequence_number": .text(first.sequenceNumber)])
    }
    context.log.info(
      "stream: \(event.records.count) records, \(report.stored) stored, \(report.rejected.count) rejected, "
        + "\(report.failed.count) not stored; \(context.metrics.took)")
    return report.response
  }
}
