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
    let builder = XMLRecordBuilder(options, origin: body.origin, countsPaths: countsPaths)
    try XMLReading.read(try XMLText.decode(body, as: options.encoding), of: body, into: builder)
    let roots = options.records.filter { $0.count > 1 }.map { $0[0] }
    if let root = builder.root, !roots.isEmpty, roots.count == options.records.count, !roots.contains(root) {
      throw PipelineError(
        .sourceChanged,
        "\(body.address) has the outermost element '\(root.prefix(40))', and its records should be at \(options.places)"
      )
    }
    return builder
  }
}
