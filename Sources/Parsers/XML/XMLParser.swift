import Contracts
import Definitions
import JSON
import Processing

/// Turns the elements of an XML document into records; the plugin `xml`.
public final class XMLParser: Parser {
  private let options: XMLOptions

  /// - Parameter section: the definition's section `parse`, checked against `form`.
  public init(section: Section) throws(PipelineError) { options = XMLOptions(section) }

  /// Parses a document.
  /// - Throws: `SourceChanged` for a document that is not well-formed, is nested more than 256 deep, or has entities of its
  ///   own, and for one without the outermost element that the path of its records begins with.
  public func parse(_ body: RawBody) throws(PipelineError) -> Records { Records(try read(body).records) }

  /// Returns a reader for a document that is larger than memory. One record is in memory at once.
  public func stream(_ head: RawBody) throws(PipelineError) -> any RecordStream {
    try XMLStream(
      head, options: options,
      builder: XMLRecordBuilder(
        options, origin: head.origin, limit: head.limit, keepsRecords: false))
  }

  /// - Returns: `{root, elements: {"rss/channel/item": 25, …}, records: […], record_count}`.
  public func structure(of body: RawBody) throws(PipelineError) -> JSONValue {
    let builder = try read(body, countsPaths: true)
    return [
      "root": builder.root.map { .string($0) } ?? .null,
      "elements": .object(JSONObject((builder.paths ?? []).map { ($0.path, .number(JSONNumber($0.count))) })),
      "records": .array(builder.records.map { .object($0.fields) }),
      "record_count": .number(JSONNumber(builder.records.count)),
    ]
  }

  private func read(_ body: RawBody, countsPaths: Bool = false) throws(PipelineError) -> XMLRecordBuilder {
    let builder = XMLRecordBuilder(options, origin: body.origin, countsPaths: countsPaths, limit: body.limit)
    try XMLStream(body, options: options, builder: builder).add(body.bytes, isLast: true)
    return builder
  }
}
