import Contracts
import JSON

/// Turns the bytes of a source into records.
public protocol Parser: AnyObject {
  /// Parses one body. A part that is no record costs only itself.
  /// - Throws: `SourceChanged` if the body as a whole is not of the format.
  func parse(_ body: RawBody) throws(PipelineError) -> Records

  /// Returns what `festvibes try --stage parse` prints, in the format's own terms: of a CSV `{header, header_normalized,
  /// rows, widths, row_count}`.
  /// - Throws: as `parse`.
  func structure(of body: RawBody) throws(PipelineError) -> JSONValue

  /// Returns a reader of a body that comes in segments.
  /// - Parameter head: the body without its bytes.
  func stream(_ head: RawBody) throws(PipelineError) -> any RecordStream
}

/// Reads the records of a body that comes in segments. Any segments of a body have the same records.
public protocol RecordStream: AnyObject {
  /// Takes the next bytes.
  /// - Parameters:
  ///   - isLast: true if the body ends with these bytes.
  ///   - use: takes records in their order, some thousand at once at most.
  /// - Throws: as `Parser.parse`, and what `use` throws.
  func add(_ bytes: [UInt8], isLast: Bool, _ use: (Records) throws(PipelineError) -> Void) throws(PipelineError)
}

extension Parser {
  /// Returns a reader that has the whole body in memory.
  public func stream(_ head: RawBody) throws(PipelineError) -> any RecordStream { WholeBody(head, parser: self) }
}

/// The stream of a format that is read as a whole.
public final class WholeBody: RecordStream {
  private var body: RawBody
  private let parser: any Parser
  private let reason: String

  /// - Parameter reason: the reason why the body is read as a whole, and the way out of it, for the refusal of a large one.
  public init(_ head: RawBody, parser: any Parser, reason: String = "Divide it into smaller files") {
    body = head
    body.bytes = []
    self.parser = parser
    self.reason = reason
  }

  public func add(
    _ bytes: [UInt8], isLast: Bool, _ use: (Records) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    if body.bytes.isEmpty { body.bytes = bytes } else { body.bytes += bytes }
    guard body.bytes.count <= body.limit.bytes else {
      throw PipelineError(
        .sourceChanged,
        "\(body.address) \(body.limit.refusal(of: body.bytes.count - 1)), as it is read as a whole. \(reason)")
    }
    guard isLast else { return }
    try use(try parser.parse(body))
  }
}
