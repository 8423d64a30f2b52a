import Contracts
import Definitions
import JSON
import Processing
import XML

/// Turns the entries of an RSS or Atom feed into records of one form; the plugin `feed`.
public final class FeedParser: Parser {
  private let options: FeedOptions

  /// - Parameter section: the definition's section `parse`, checked against `form`.
  /// - Throws: `ConfigurationInvalid` if this machine does not know the time zone.
  public init(section: Section) throws(PipelineError) { options = try FeedOptions(section) }

  /// Parses a feed. An entry beyond the limits is rejected and costs no other; a date that cannot be read is null, with a
  /// warning.
  /// - Throws: `SourceChanged` for a document that is no feed, ends too early or is nested more than 256 deep, and for one
  ///   that needs entities which are more than characters.
  public func parse(_ body: RawBody) throws(PipelineError) -> Records { try read(body).finish() }

  /// - Returns: `{format, title, records: […], record_count, rejected: […], warnings: […]}`.
  public func structure(of body: RawBody) throws(PipelineError) -> JSONValue {
    let builder = try read(body)
    let result = builder.finish()
    return [
      "format": .string(builder.format ?? ""),
      "title": builder.title.map { .string($0) } ?? .null,
      "records": .array(result.records.map { .object($0.fields) }),
      "record_count": .number(JSONNumber(result.records.count)),
      "rejected": .array(result.rejected.map { .string($0.problem.description) }),
      "warnings": .array(result.warnings.map { .string($0.description) }),
    ]
  }

  private func read(_ body: RawBody) throws(PipelineError) -> FeedBuilder {
    let text = try FeedDecoder.decode(body, named: options.encoding)
    guard text.contains(where: { $0 > 0x20 }) else {
      throw PipelineError(.sourceChanged, "\(body.address) is no RSS or Atom feed: it is empty")
    }
    let builder: FeedBuilder
    do { builder = try read(text, of: body) } catch {
      builder = try readMended(text, of: body, after: error)
    }
    if let problem = builder.problem {
      throw PipelineError(.sourceChanged, "\(body.address) cannot be read: \(problem)")
    }
    guard builder.format != nil else {
      throw PipelineError(
        .sourceChanged,
        "\(body.address) is no RSS or Atom feed: its outermost element is '\(builder.root?.prefix(40) ?? "")'")
    }
    return builder
  }

  private func read(_ text: [UInt8], of body: RawBody) throws(XMLError) -> FeedBuilder {
    let builder = FeedBuilder(options, address: body.address, origin: body.origin)
    try XMLReader(builder).read(text, isLast: true)
    return builder
  }

  /// Reads a document that is not XML once more, mended. Its first error is the reason if this is in vain.
  private func readMended(
    _ text: [UInt8], of body: RawBody, after error: XMLError
  ) throws(PipelineError) -> FeedBuilder {
    do {
      let builder = try read(FeedMender.mend(text), of: body)
      builder.warn("\(body.address) \(error). It was mended")
      return builder
    } catch let reason as FeedMender.Refusal {
      throw PipelineError(.sourceChanged, "\(body.address) cannot be read: \(reason.description)")
    } catch {
      throw PipelineError(.sourceChanged, "\(body.address) \(error)")
    }
  }
}
