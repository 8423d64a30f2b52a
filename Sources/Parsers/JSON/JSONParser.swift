import Contracts
import Definitions
import FoundationEssentials
import JQ
import JSON
import Processing

/// Turns a JSON document, or JSON Lines, into records; the plugin `json`.
public final class JSONParser: Parser {
  /// The members in which APIs put their records, if the section names no other place.
  static let usualNames = ["data", "results", "items", "records"]

  let records: JQExpression?
  let isLines: Bool
  /// True if an object without a list of records is a record itself.
  private let isSingle: Bool

  /// - Parameters:
  ///   - section: the definition's section `parse`, checked against `form`.
  ///   - filters: the dataset's filters, to which `records` is added if it is more than a path.
  public init(section: Section, filters: JQFilters) throws(PipelineError) {
    isLines = section.flag("lines") ?? false
    isSingle = section.flag("single") ?? false
    do throws(JQError) {
      records = try section.text("records").map { (text) throws(JQError) in
        try JQExpression(text, at: "\(section.place).records", in: filters)
      }
    } catch {
      throw PipelineError(.configurationInvalid, "\(error)")
    }
  }

  /// Parses a body. A selected value that is no object, and a line that is no JSON, cost only themselves.
  /// - Throws: `SourceChanged` for a body that is not JSON in UTF-8, and for one in which there is no list of records;
  ///   `ConfigurationInvalid` if `records` cannot be evaluated on this machine.
  public func parse(_ body: RawBody) throws(PipelineError) -> Records {
    if isLines { return try parseLines(body) }
    let document = try Self.value(of: body.bytes, in: body)
    let isRecord = isSingle && document.object != nil && !Self.hasUsualList(document)
    var result = try Self.sorted(isRecord ? [document] : try values(in: document, of: body), of: body)
    result.document = document
    return result
  }

  /// Returns a reader for a body that is larger than memory: JSON Lines, or a document whose records are in one list. What a
  /// filter of jq selects is only found in the whole document.
  public func stream(_ head: RawBody) throws(PipelineError) -> any RecordStream {
    if isLines { return JSONLinesStream(head) }
    let path = records?.path?.listPath
    guard records == nil || path != nil else {
      let reason =
        "The expression parse.records (\(records?.description ?? "")) sees the whole document: name the place of a list, such as "
        + ".data.items[], and select by a transform, or divide the file"
      return WholeBody(head, parser: self, reason: reason)
    }
    return JSONListStream(head, parser: self, path: path)
  }

  /// - Returns: `{records: […], rejected: [{reason, text}, …], record_count}`.
  public func structure(of body: RawBody) throws(PipelineError) -> JSONValue {
    let parsed = try parse(body)
    return [
      "records": .array(parsed.records.map { .object($0.fields) }),
      "rejected": .array(
        parsed.rejected.map { ["reason": .string($0.problem.reason), "text": .string($0.text)] }),
      "record_count": .number(JSONNumber(parsed.records.count)),
    ]
  }

  /// Returns the values that should be records.
  func values(in document: JSONValue, of body: RawBody) throws(PipelineError) -> [JSONValue] {
    guard let records else { return try Self.usualList(in: document, of: body) }
    let outcome: JQOutcome
    do {
      outcome = try records.outcome(of: document)
    } catch {
      throw PipelineError(.configurationInvalid, "\(error)")
    }
    if let problem = outcome.problem {
      throw PipelineError(
        .sourceChanged, "\(body.address) has no records at \(records): \(problem.prefix(300)). Has its form changed?")
    }
    // A path to the list itself stands for the list's elements.
    guard outcome.outputs.count == 1, let only = outcome.outputs.first else { return outcome.outputs }
    if only.isNull {
      throw PipelineError(
        .sourceChanged,
        "\(body.address) has null at \(records), where its records should be. If that means none, write \(records)[]?")
    }
    return only.array ?? [only]
  }

  private static func hasUsualList(_ document: JSONValue) -> Bool {
    usualNames.contains { document.object?[$0]?.array != nil }
  }

  private static func usualList(in document: JSONValue, of body: RawBody) throws(PipelineError) -> [JSONValue] {
    if let list = document.array { return list }
    for name in usualNames {
      if let list = document.object?[name]?.array { return list }
    }
    let names = document.object.map { $0.names.prefix(10).map { "'\($0.prefix(40))'" }.joined(separator: ", ") }
    throw PipelineError(
      .sourceChanged,
      "\(body.address) is \(document.kind)" + (names.map { " with \($0.isEmpty ? "no members" : $0)" } ?? "")
        + ": there is no list of records in it, nor in \(usualNames.joined(separator: ", ")). Name its place as parse.records"
    )
  }

  /// Sorts values into records and rejected ones. Positions are indexes as in `.[16]`.
  static func sorted(_ values: [JSONValue], of body: RawBody) throws(PipelineError) -> Records {
    var result = Records()
    result.records.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      if case .object(let fields) = value {
        result.records.append(SourceRecord(fields, origin: "\(body.origin)#\(index)"))
      } else {
        result.rejected.append(rejection("record \(index) is \(value.kind), not an object", text: value.text))
      }
    }
    return result
  }

  static func rejection(_ reason: String, text: String) -> RejectedRow {
    RejectedRow(RowProblem(reason: reason), text: String(text.prefix(2000)))
  }
}
